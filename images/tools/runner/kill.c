// Finds a process tree in /proc and kills it: everything is stopped first, so that nothing can fork a way out in between.
#include "runner.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    pid_t pid, parent;
    bool below; // the root
};

struct processes {
    struct process *list; // sorted by pid
    size_t count, capacity;
};

static int by_pid(const void *a, const void *b)
{
    pid_t left = ((const struct process *)a)->pid, right = ((const struct process *)b)->pid;
    return (left > right) - (left < right);
}

static const struct process *find(const struct processes *all, pid_t pid)
{
    struct process key = { .pid = pid };
    return all->count ? bsearch(&key, all->list, all->count, sizeof key, by_pid) : NULL;
}

static bool read_process(const char *name, struct process *process)
{
    char path[300], text[512];
    snprintf(path, sizeof path, "/proc/%s/stat", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return false;
    text[length] = '\0';
    // `pid (name) state ppid ...`, where a process chooses its own name, parentheses included.
    const char *after_name = strrchr(text, ')');
    process->pid = atoi(text);
    process->below = false;
    return after_name && sscanf(after_name + 1, " %*c %d", &process->parent) == 1;
}

static bool list_processes(struct processes *all)
{
    all->count = 0;
    DIR *proc = opendir("/proc");
    if (!proc) return false;
    for (struct dirent *entry; (entry = readdir(proc));) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (all->count == all->capacity) {
            size_t capacity = all->capacity ? all->capacity * 2 : 256;
            struct process *list = realloc(all->list, capacity * sizeof *list);
            if (!list) break; // the rest is found once these are gone
            all->list = list;
            all->capacity = capacity;
        }
        if (read_process(entry->d_name, &all->list[all->count])) all->count++;
    }
    closedir(proc);
    qsort(all->list, all->count, sizeof *all->list, by_pid);
    return true;
}

static bool contains(const pid_t *pids, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (pids[i] == pid) return true;
    return false;
}

static void mark_below(struct processes *all, pid_t root, const pid_t *spared, size_t spared_count)
{
    bool changed = true;
    while (changed) { // one round, unless process ids have wrapped around
        changed = false;
        for (size_t i = 0; i < all->count; i++) {
            struct process *process = &all->list[i];
            if (process->below || process->pid == root || contains(spared, spared_count, process->pid)) continue;
            const struct process *parent = find(all, process->parent);
            process->below = process->parent == root || (parent && parent->below);
            changed = changed || process->below;
        }
    }
}

int kill_below(pid_t root, const pid_t *spared, size_t spared_count)
{
    static struct processes now, before;
    bool fresh = true;
    before.count = 0;
    // A signal that is pending makes fork() fail, so a scan without new processes means that all of them stand still.
    for (int round = 0; fresh && round < 50; round++) {
        if (!list_processes(&now)) return -1;
        mark_below(&now, root, spared, spared_count);
        fresh = false;
        for (size_t i = 0; i < now.count; i++) {
            if (!now.list[i].below) continue;
            const struct process *known = find(&before, now.list[i].pid);
            if (known && known->below) continue;
            kill(now.list[i].pid, SIGSTOP);
            fresh = true;
        }
        struct processes swap = before;
        before = now;
        now = swap;
    }
    int count = 0;
    for (size_t i = 0; i < before.count; i++) {
        if (!before.list[i].below) continue;
        count++;
        kill(before.list[i].pid, SIGKILL);
        if (before.list[i].parent == getpid()) waitpid(before.list[i].pid, NULL, WNOHANG);
    }
    return count;
}
