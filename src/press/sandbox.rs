//! What a render process takes from itself before it reads a letter: descriptors, memory, processor time, files, network.
//!
//! Nothing in it opens a path or an address that comes from data; this is for the day when something does.
//!
//! * Every descriptor but standard input, output and error is closed, whoever left it open.
//! * Limits on memory, processor time, open and written files. Of processor time a document has its own share: see
//!   `grant`.
//! * Landlock refuses every file, folder and device, TCP, and signals to others. A kernel without it goes on without.
//! * A seccomp filter refuses the calls that open a file or a socket, start a program or reach into another process. Without
//!   it the process refuses to work.

use std::{io, time::Duration};

use rlimit::Resource;

/// The most memory for a document and what typst keeps, besides the program itself. Typst needs about 50 MB for a letter and
/// ends the process without it.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;

/// The stacks and the program's own pages that are mapped later.
const SLACK_BYTES: u64 = 64 * 1024 * 1024;

/// The processor time after which the kernel ends the process: a backstop for a child whose parent
/// is gone. It is above [`super::worker::WORKING_LIFE`] and one document's longest wall limit together.
const PROCESSOR_SECONDS: u64 = 90;

/// Standard input, output and error, and a few that the runtime opens for a moment.
const OPEN_FILES: u64 = 16;

/// Shuts this process in, for good.
///
/// # Errors
///
/// When the system refuses a limit or has no seccomp filters: then no letter may be made here.
pub fn shut_in() -> io::Result<()> {
    close_inherited()?;
    limit()?;
    shut_files_and_network()
}

/// Lets the document that comes next use so much processor time.
///
/// # Errors
///
/// When the system refuses it.
pub(super) fn grant(time: Duration) -> io::Result<()> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec;
    let used = u64::try_from(used).map_err(io::Error::other)?;
    let hard = Resource::CPU.get_hard()?;
    // The kernel counts whole seconds.
    Resource::CPU.set((used + time.as_secs() + 1).min(hard), hard)
}

fn limit() -> io::Result<()> {
    for (resource, most) in [
        (Resource::AS, address_space()),
        (Resource::CPU, PROCESSOR_SECONDS),
        (Resource::NOFILE, OPEN_FILES),
        (Resource::FSIZE, 0),
        (Resource::CORE, 0),
    ] {
        // A container may already allow less.
        let most = most.min(resource.get_hard()?);
        resource.set(most, most)?;
    }
    Ok(())
}

/// What may be mapped: the limit, and the program itself.
///
/// The allocator has taken the whole of the limit from the address space by now, without using it, and shares it out: what it
/// took counts as writable data, the program does not.
fn address_space() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    };
    let program = bytes("VmSize:").zip(bytes("VmData:")).map_or(0, |(all, data)| all.saturating_sub(data));
    MEMORY_BYTES + program + SLACK_BYTES
}

#[cfg(not(target_os = "linux"))]
fn close_inherited() -> io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn shut_files_and_network() -> io::Result<()> {
    Ok(())
}

/// Closes what the service's own parent left open for it, such as a shell's files: the standard library opens nothing
/// that a child inherits.
#[cfg(target_os = "linux")]
fn close_inherited() -> io::Result<()> {
    let open: Vec<i32> = std::fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|descriptor| *descriptor > 2)
        .collect();
    for descriptor in open {
        match nix::unistd::close(descriptor) {
            // The folder that was read is closed already.
            Ok(()) | Err(nix::errno::Errno::EBADF) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn shut_files_and_network() -> io::Result<()> {
    landlock().map_err(io::Error::other)?;
    seccomp().map_err(io::Error::other)
}

/// Every right that this program knows of is given up, as far as the kernel knows it too.
#[cfg(target_os = "linux")]
fn landlock() -> Result<(), landlock::RulesetError> {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, Scope};
    const KNOWN: ABI = ABI::V6;
    Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .restrict_self()?;
    Ok(())
}

/// The calls that are answered with "not permitted". Memory, time, threads and the open pipes are left.
#[cfg(target_os = "linux")]
const REFUSED: &[i64] = &[
    // Files.
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_open_by_handle_at,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_fchmodat,
    libc::SYS_fchownat,
    libc::SYS_truncate,
    libc::SYS_chdir,
    libc::SYS_chroot,
    libc::SYS_mount,
    libc::SYS_memfd_create,
    // Network, and other processes.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_kill,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_unshare,
    libc::SYS_setns,
    // What does such calls by another way.
    libc::SYS_io_uring_setup,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    // The same calls by their old names.
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

#[cfg(target_os = "linux")]
fn seccomp() -> Result<(), seccompiler::Error> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter_all_threads};
    const NOT_PERMITTED: u32 = 1;
    let calls = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let machine = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, SeccompAction::Errno(NOT_PERMITTED), machine)?;
    let program = BpfProgram::try_from(filter)?;
    apply_filter_all_threads(&program)
}
