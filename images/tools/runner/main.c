#include "runner.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "init") == 0) return run_init();
    if (argc == 2 && strcmp(argv[1], "serve") == 0) return run_serve();
    fputs("usage: runner init | runner serve\n", stderr);
    return 64;
}
