/* A disk that fails, or a kill, at one moment: put before libc with LD_PRELOAD, so that Python, DuckDB and Polars meet
 * it alike. Calls that touch files below one folder are counted; at the chosen one something goes wrong.
 * Build: cc -shared -fPIC -O1 -o failing_disk.so failing_disk.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL_BEFORE = -1, KILL_HALF_WRITTEN = -2, KILL_AFTER = -3 }; /* else: the errno that the call ends with */

static char folder[PATH_MAX];
static long calls, chosen;
static int harm;

/* Count from here; chosen 0: nothing goes wrong. */
void failing_disk_begin(const char *below, long at, int how) {
    snprintf(folder, sizeof folder, "%s", below);
    calls = 0; chosen = at; harm = how;
}

long failing_disk_calls(void) { return calls; }

static int is_below(const char *path) { return *folder && path && !strncmp(path, folder, strlen(folder)); }

static int is_file_below(int fd) {
    char name[64], path[PATH_MAX];
    if (!*folder) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int is_chosen(int counts) { return counts && __sync_add_and_fetch(&calls, 1) == chosen; }

static void die(void) { kill(getpid(), SIGKILL); pause(); }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* What every call does: go wrong before, or pass; and a kill after it. */
#define CALL(counts, type, doing) \
    int now = is_chosen(counts), kept = errno; \
    if (now && harm == KILL_BEFORE) die(); \
    if (now && harm > 0) { errno = harm; return -1; } \
    errno = kept; \
    type answer = doing; \
    if (now && harm < 0) die(); \
    return answer;

#define HALF(length) (now && harm == KILL_HALF_WRITTEN ? (length) / 2 : (length))

ssize_t write(int fd, const void *data, size_t length) {
    CALL(is_file_below(fd), ssize_t, REAL(write)(fd, data, HALF(length)))
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    CALL(is_file_below(fd), ssize_t, REAL(pwrite)(fd, data, HALF(length), at))
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    CALL(is_file_below(fd), ssize_t, REAL(pwrite64)(fd, data, HALF(length), at))
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    CALL(is_file_below(fd), ssize_t, REAL(writev)(fd, parts, count))
}
int ftruncate(int fd, off_t length) { CALL(is_file_below(fd), int, REAL(ftruncate)(fd, length)) }
int ftruncate64(int fd, off64_t length) { CALL(is_file_below(fd), int, REAL(ftruncate64)(fd, length)) }
int fsync(int fd) { CALL(is_file_below(fd), int, REAL(fsync)(fd)) }
int fdatasync(int fd) { CALL(is_file_below(fd), int, REAL(fdatasync)(fd)) }
int rename(const char *from, const char *to) { CALL(is_below(to), int, REAL(rename)(from, to)) }
int unlink(const char *path) { CALL(is_below(path), int, REAL(unlink)(path)) }
int mkdir(const char *path, mode_t mode) { CALL(is_below(path), int, REAL(mkdir)(path, mode)) }
int chmod(const char *path, mode_t mode) { CALL(is_below(path), int, REAL(chmod)(path, mode)) }

#define OPEN(name, before, ...) \
    mode_t mode = 0; \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    CALL((flags & O_CREAT) && is_below(path), int, REAL(name)(before path, flags, mode))
#define NOTHING
int open(const char *path, int flags, ...) { OPEN(open, NOTHING) }
int open64(const char *path, int flags, ...) { OPEN(open64, NOTHING) }
#define IN_FOLDER at,
int openat(int at, const char *path, int flags, ...) { OPEN(openat, IN_FOLDER) }
int openat64(int at, const char *path, int flags, ...) { OPEN(openat64, IN_FOLDER) }
