package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("want ratio, count, mca or readme")
	}
	flags := flag.NewFlagSet("speed "+args[0], flag.ExitOnError)
	switch args[0] {
	case "ratio":
		return runRatios(ctx, flags, args[1:], out)
	case "count":
		return runCounts(ctx, flags, args[1:], out)
	case "mca":
		return runLoops(ctx, flags, args[1:], out)
	case "readme":
		return writeReadme("README.md")
	}
	return fmt.Errorf("no command %q: ratio, count, mca or readme", args[0])
}
