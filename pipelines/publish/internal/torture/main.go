package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// verb is one of the commands. It writes its figures to stdout.
type verb func(ctx context.Context, args []string) error

func main() {
	verbs := map[string]verb{
		"kills": kills, "disk": disk, "network": network, "million": million, "fleet": fleet, "source": source, "hold": hold,
	}
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "torture: kills, disk, network, million or fleet")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := verbs[os.Args[1]](ctx, os.Args[2:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "torture %s: %s\n", os.Args[1], strings.TrimSpace(err.Error()))
		os.Exit(1)
	}
}
