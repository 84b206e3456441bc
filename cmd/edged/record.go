package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/sensors/record"
)

func newRecord(a *app) *cobra.Command {
	var path, file string
	var flags daemonFlags
	var filming filmFlags
	var show recordShow
	cmd := &cobra.Command{
		Use:   "record -c edged.yaml -o room.mcap",
		Short: "Record what the sensors give into one MCAP file",
		Long: `Record what the sensors of a config give into one MCAP file, until SIGINT or SIGTERM, until --for is over, until the
file has --limit, or until all sensors are recordings that have ended. Foxglove opens the file; edged replay gives it
to the config's pipelines again.

Samples are recorded as they came, bit for bit: JPEG stays JPEG, and sound keeps all its bits. So are times, losses,
the errors between samples, and the config, which holds no passwords. Nothing is sent to the broker.

With --pipelines the pipelines run too, and what their encoders took and said is recorded with it: the replay's events
are then these events, to the last bit. They are printed as they come, with --json as the JSON that the broker would
get. edged run --record does the same beside the daemon's own work.

What was seen and heard is for its owner: the file's mode is 0600, and an existing file is not written over. A recording
that is cut off, by kill -9 or a full disk, is read up to there.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return misuse{errors.New("no file to record into; give one with -o room.mcap")}
			}
			if show.json && !show.pipelines {
				return misuse{errors.New("--json prints events, and there are none without --pipelines")}
			}
			how, err := filming.options()
			if err != nil {
				return err
			}
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			ctx, cancel, log, err := flags.begin(cmd.Context(), a.err)
			if err != nil {
				return err
			}
			defer cancel()
			return a.record(ctx, c, surroundings{log: log, env: a.env, film: &film{path: file, how: how, config: c}}, show)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().StringVarP(&file, "output", "o", "", "the MCAP `file` to make")
	cobra.CheckErr(cmd.MarkFlagFilename("output", "mcap"))
	cmd.Flags().BoolVar(&show.pipelines, "pipelines", false, "run the pipelines too, record what they do, and print their events")
	cmd.Flags().BoolVar(&show.json, "json", false, "print the events as JSON, one a line")
	filming.add(cmd)
	flags.add(cmd, "info")
	return cmd
}

// recordShow says what runs beside the sensors, and how it is shown.
type recordShow struct{ pipelines, json bool }

// record records until ctx ends, or the recording does.
func (a *app) record(ctx context.Context, c *config.Config, s surroundings, show recordShow) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s.film.stop = stop
	if show.pipelines {
		s.film.shown = (&printer{w: a.out, json: show.json}).print
	} else {
		alone := *c
		alone.Pipelines = nil
		c = &alone
	}
	d := &daemon{surroundings: s, parts: openParts(c, s.env)}
	if err := d.assembleAlone(pipelines.Options{StopWhenDone: true, Log: d.log}); err != nil {
		return errors.Join(err, d.Close())
	}
	fmt.Fprintf(a.err, "edged: recording %s into %s\n", plural(len(d.sensors), "sensor"), s.film.path)
	d.group.Serve("progress", d.film.progress)
	err := d.group.Run(ctx)
	full := context.Cause(ctx)
	err = errors.Join(err, d.Close())
	summarize(a.err, s.film, d.group.Stats())
	if errors.Is(full, record.ErrFull) {
		fmt.Fprintf(a.err, "edged: --limit is reached\n")
	}
	return err
}

// progress says now and then how large the recording is.
func (f *film) progress(ctx context.Context) error {
	return tellEvery(ctx, 10*time.Second, f.log, func() string {
		return fmt.Sprintf("recording: %v, %s", f.clock.Now().Sub(f.begin).Round(time.Second), bytesText(f.out.Size()))
	})
}

// assembleAlone joins sensors and encoders without a broker.
func (d *daemon) assembleAlone(o pipelines.Options, sinks ...pipelines.Sink) error {
	for _, f := range d.faults {
		d.log.Error(oneLine(f) + "; left out")
	}
	if len(d.sensors) == 0 {
		return hinted{fmt.Errorf("%s: no sensor is left", d.config.File()), "edged check says what is missing"}
	}
	d.group = pipelines.NewGroup(d.recorded(o))
	if err := d.startFilm(); err != nil {
		return err
	}
	if d.film != nil { // its events name what is kept
		sinks = append(sinks, d.keep()...)
	}
	return d.connect(nil, sinks...)
}

// summarize says what is in a recording that has ended.
func summarize(w io.Writer, f *film, s pipelines.Stats) {
	var all []string
	for _, sensor := range s.Sensors {
		text := fmt.Sprintf("%s %d", sensor.Name, sensor.Samples)
		if sensor.Errors > 0 {
			text += fmt.Sprintf(" and %d errors", sensor.Errors)
		}
		all = append(all, text)
	}
	fmt.Fprintf(w, "edged: %s: %s in %v, samples: %s\n", f.path, bytesText(f.out.Size()), f.clock.Now().Sub(f.begin).Round(100*time.Millisecond), strings.Join(all, ", "))
}

// bytesText is a size for people.
func bytesText(n int64) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d B", n)
	case n < 10<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
