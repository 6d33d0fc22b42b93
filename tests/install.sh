#!/bin/sh
# Installs from Debian what the tests need and is missing, when it may; else names it and stops.
set -eu

missing=""
need() { # command-or-path package
    case "$1" in
        /*) ls $1 >/dev/null 2>&1 || missing="$missing $2" ;;
        *) command -v "$1" >/dev/null 2>&1 || missing="$missing $2" ;;
    esac
}
need "/usr/lib/postgresql/*/bin/initdb" postgresql
need chromium chromium
need chromedriver chromium-driver
need pdftotext poppler-utils
need qpdf qpdf
need strace strace
need /usr/sbin/clamd clamav-daemon
need openssl openssl
need /usr/lib/python3/dist-packages/aiosmtpd python3-aiosmtpd

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086
    apt-get install -q -y --no-install-recommends $missing
else
    echo "The tests need these Debian packages:$missing"
    echo "Install them with: sudo apt-get install$missing"
    exit 1
fi
