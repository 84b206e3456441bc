package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/sensors/record"
)

// replayFlags say what is replayed, and how.
type replayFlags struct {
	path, diff        string // of another config, and of one to compare with
	fast, json, list  bool
	mqtt, printConfig bool
}

func newReplay(a *app) *cobra.Command {
	var flags daemonFlags
	var o replayFlags
	cmd := &cobra.Command{
		Use:   "replay room.mcap",
		Short: "Run the pipelines on a recording",
		Long: `Run the pipelines on what edged record or edged run --record has recorded, and print their events, with --json as the
JSON that the broker would get, one a line. It goes as fast as it was, or with --fast as fast as it can.

All that an event says comes from the recording, its times too: two replays print the same bytes, fast or not. With the
recording's own config, which is the default, and pipelines that ran while it was recorded, the encoders take the
samples that they took then, and the events are the events of then; how many are not is said at the end. With another
config (-c), or for a recording of sensors alone, each encoder takes each sample at once, as if it needed no time. The
config's sensors are not opened: the recording's of the same names take their place. A recording may be a stranger's:
libraries that its own config names are not loaded, and its broker is not spoken to.

--diff says what another config does otherwise: it replays the recording with --diff's config and with -c's (or else the
recording's own), both as if no encoder needed time, and prints which alerts were open and which labels were told with
the one alone (-: only with --diff's, +: only with -c's), and what begins or ends at another time (~), by more than a
result. A label that is missing from two results in a row goes on. --diff recorded compares with the recording's own
config. The exit status is 0 whatever differs; --json prints
{"recording","was","is","start","seconds","alerts":{"new","gone","moved","same"},"labels":{…},
"changes":[{"change","kind","pipeline","sensor","name","was":{"from","to","open","score","severity","reason"},"is":{…}}]}.

--list says what is in a recording: sensors, counts, times; with --json as
{"file","bytes","start","seconds","version","device","boot","damage","sensors":[{"name","kind","gives","samples","errors","lost","first","last"}],
"events"}.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.diff != "" && (o.list || o.mqtt || o.printConfig):
				return misuse{errors.New("--diff only compares: it goes with -c and --json alone")}
			case o.list:
				return a.list(args[0], o.json)
			case o.printConfig:
				return a.printConfig(args[0])
			case o.mqtt && o.path == "":
				return misuse{errors.New("--mqtt sends to a broker that you name: give a config with -c, for a recording's may be anybody's")}
			}
			ctx, cancel, log, err := flags.begin(cmd.Context(), a.err)
			if err != nil {
				return err
			}
			defer cancel()
			if o.diff != "" {
				return a.diff(ctx, args[0], o, log)
			}
			return a.replay(ctx, args[0], o, log)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"mcap"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	configFlag(cmd, &o.path)
	cmd.Flags().StringVar(&o.diff, "diff", "", "say what is otherwise than with this config `file`")
	cobra.CheckErr(cmd.MarkFlagFilename("diff", "yaml", "yml"))
	cmd.Flags().BoolVar(&o.fast, "fast", false, "as fast as it goes")
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON")
	cmd.Flags().BoolVar(&o.list, "list", false, "only say what is in the recording")
	cmd.Flags().BoolVar(&o.printConfig, "print-config", false, "only print the recording's config")
	cmd.Flags().BoolVar(&o.mqtt, "mqtt", false, "send what comes to the broker of -c's config too, as the daemon would")
	flags.add(cmd, "warn")
	return cmd
}

// replay replays a recording.
func (a *app) replay(ctx context.Context, file string, o replayFlags, log *slog.Logger) (err error) {
	in, err := record.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	c, same, err := configOf(in.Header(), file, o.path)
	if err != nil {
		return err
	}
	d := a.replaying(in, c, log)
	show := &printer{w: a.out, json: o.json}
	if err := d.assembleReplay(in.Header(), show, o.mqtt); err != nil {
		return errors.Join(err, d.Close())
	}
	t := &tape{ctx: ctx, in: in, fast: o.fast}
	follow := d.follows(in.Header(), same)
	if follow {
		t.printer = show
	}
	done, err := d.group.Replay(ctx, t, follow)
	if damage := in.Damage(); damage != nil {
		fmt.Fprintf(a.err, "edged: %v\n", damage)
	}
	a.recount(t, done, follow, d.group.Stats())
	return errors.Join(err, d.Close())
}

// replaying returns the daemon of a config, with a recording's sensors.
func (a *app) replaying(in *record.Reader, c *config.Config, log *slog.Logger) *daemon {
	return &daemon{replays: true, surroundings: surroundings{log: log, env: a.env}, parts: openPartsWith(c, tfliteOf(a.env), fromRecording(in.Header()))}
}

// configOf returns the config at path, or without one the recording's, and whether it is the recording's.
func configOf(h *record.Header, file, path string) (c *config.Config, same bool, err error) {
	if path == "" {
		if c, err = config.Parse(filepath.Clean(file)+":config", []byte(h.Config)); err != nil {
			return nil, true, err
		}
		return c, true, loadsNothing(c)
	}
	if c, err = config.Load(path); err != nil {
		return nil, false, err
	}
	text, err := printed(c)
	return c, text == h.Config, err
}

// loadsNothing makes sure that c names no library, which would run as code.
func loadsNothing(c *config.Config) error {
	library := c.TFLite.Library
	for _, p := range c.Pipelines {
		for _, e := range p.Encoders {
			if e.Delegate != nil && e.Delegate.Path != "" {
				library = e.Delegate.Path
			}
		}
	}
	if library == "" {
		return nil
	}
	return hinted{fmt.Errorf("%s: names the library %q, which a recording may not load", c.File(), library), "if you trust it, save it by --print-config and give it with -c"}
}

// printConfig prints the config of a recording.
func (a *app) printConfig(file string) error {
	in, err := record.Open(file)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.out, in.Header().Config)
	return errors.Join(err, in.Close())
}

// assembleReplay joins the recording's sensors, encoders and sinks.
func (d *daemon) assembleReplay(h *record.Header, show pipelines.Sink, mqtt bool) error {
	for _, f := range d.faults {
		d.log.Error(oneLine(f) + "; left out")
	}
	if len(d.encoders) == 0 {
		return hinted{errors.New("no pipeline is left to replay this with"), "give a config with pipelines for the recording's sensors with -c; --list says what they are"}
	}
	d.group = pipelines.NewGroup(pipelines.Options{Boot: h.Boot, Start: h.Start, Log: d.log})
	var err error
	if d.stood, err = unfiled(h.Alerts); err != nil {
		return err
	}
	if !mqtt {
		return d.connect(nil, show)
	}
	sink, err := d.openPublisher()
	if err != nil {
		return err
	}
	d.group.Serve("mqtt", sink.Run)
	return d.connect(sink, show)
}

// follows says whether the encoders are those of the recording, so that they can do what they did then.
func (d *daemon) follows(h *record.Header, same bool) bool {
	if !same || len(h.Encoders) == 0 {
		return false
	}
	for name := range d.encoders {
		for _, m := range d.models(name) {
			if was := h.Models[m.name]; was != m.sha256 {
				d.log.Warn(fmt.Sprintf("model %s is not the recording's: checksum %.12s…, then %.12s…", m.name, m.sha256, was))
			}
		}
	}
	if !maps.Equal(d.places(), h.Encoders) {
		d.log.Warn("the encoders are not the recording's: each takes each sample at once")
		return false
	}
	return true
}

// recount says how a replay went.
func (a *app) recount(t *tape, done pipelines.Replayed, follow bool, s pipelines.Stats) {
	text := fmt.Sprintf("edged: %s in %v, %s", plural(done.Samples, "sample"), t.last.Sub(t.first).Round(time.Millisecond), plural(events(s), "event"))
	lost := done.Missing + done.Uncalled + done.Unmatched
	switch {
	case !follow:
	case t.other+lost == 0:
		text += ", all as recorded"
	default:
		text += fmt.Sprintf(", %d as recorded, %d not, %d missing, %d more than there were", t.same, t.other, done.Missing, done.Uncalled)
	}
	fmt.Fprintln(a.err, text)
}
