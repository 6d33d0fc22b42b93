# Two commands: `make demo` runs the main job, `make test` passes all tests.

# A folder outside the checkout is used again by the next checkout, so that typst is not built twice.
export CARGO_TARGET_DIR ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/evenhand/target

.PHONY: demo test check bench

demo:
	cargo run -- demo

test:
	sh tests/install.sh
	cargo test

check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo doc --no-deps --document-private-items

bench:
	cargo bench
