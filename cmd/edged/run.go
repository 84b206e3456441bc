package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
)

// daemonFlags are the flags of the commands that run the daemon.
type daemonFlags struct {
	length time.Duration
	level  string
}

func (f *daemonFlags) add(cmd *cobra.Command, level string) {
	cmd.Flags().DurationVar(&f.length, "for", 0, "end after this `time`; 0 is never")
	cmd.Flags().StringVar(&f.level, "log-level", level, "debug, info, warn or error")
}

// begin returns the log, and the context that ends with --for.
func (f *daemonFlags) begin(ctx context.Context, w io.Writer) (context.Context, context.CancelFunc, *slog.Logger, error) {
	if f.length < 0 {
		return nil, nil, nil, misuse{fmt.Errorf("--for %s is below 0", f.length)}
	}
	log, err := newLog(w, f.level)
	if err != nil {
		return nil, nil, nil, misuse{err}
	}
	if f.length == 0 {
		return ctx, func() {}, log, nil
	}
	ctx, cancel := context.WithTimeout(ctx, f.length)
	return ctx, cancel, log, nil
}

func newLog(w io.Writer, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level %q is not debug, info, warn or error", level)
	}
	return slog.New(newHandler(w, l)), nil
}

func newRun(a *app) *cobra.Command {
	var path string
	var flags daemonFlags
	var leakCheck bool
	var holdings time.Duration
	var filming filmFlags
	var record string
	var profile bool
	cmd := &cobra.Command{
		Use:   "run -c edged.yaml",
		Short: "Run the daemon",
		Long: `Run the daemon until SIGINT or SIGTERM, until --for is over, or until all sensors are recordings that have ended. SIGHUP
loads the config anew; while that is wrong, the one of before goes on.

What the config names and is not there is left out with one line in the log, and the rest runs; only when nothing is
left does edged give up. When a recording cannot go on (the disk is full, --limit is reached) it ends, and the daemon
does not. The broker's password is the first line of mqtt.password_file, else EDGED_MQTT_PASSWORD.

systemd is told when the models are warm, when the config is loaded anew and when edged stops; its watchdog is fed as long
as the pipelines get on. A log that goes to the journal has its fields.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			ctx, cancel, log, err := flags.begin(cmd.Context(), a.err)
			if err != nil {
				return err
			}
			defer cancel()
			how, err := filming.options()
			if err != nil {
				return err
			}
			before := hold()
			hangUp, stop := hangUps()
			defer stop()
			r := runs{s: surroundings{log: log, env: a.env, supervisor: newSupervisor(a.env, log)}, path: path, hangUp: hangUp}
			if record != "" {
				r.s.film = &film{path: record, how: how, config: c}
			}
			r.begin = func(d *daemon) {
				if holdings > 0 {
					d.group.Serve("holdings", func(ctx context.Context) error { return tellHoldings(ctx, holdings, log) })
				}
			}
			r.end = func(d *daemon) error {
				if !profile {
					return nil
				}
				return writeProfile(a.out, d.group.Stats())
			}
			if err := r.run(ctx, c); err != nil || !leakCheck {
				return err
			}
			return before.leaked(leakPatience)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().StringVar(&record, "record", "", "also record all that happens in this MCAP `file`, as edged record does")
	filming.add(cmd)
	cmd.Flags().BoolVar(&profile, "profile", false, "print at the end how long each stage of each model took")
	cmd.Flags().BoolVar(&leakCheck, "leak-check", false, "fail at the end if goroutines or descriptors are left")
	cmd.Flags().DurationVar(&holdings, "holdings", 0, "tell memory, descriptors and goroutines in the log, every so much `time`")
	cobra.CheckErr(errors.Join(cmd.Flags().MarkHidden("leak-check"), cmd.Flags().MarkHidden("holdings")))
	flags.add(cmd, "info")
	return cmd
}
