package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
)

// demoConfig is what edged demo runs.
const demoConfig = `
device: { id: demo }
mqtt: { broker: embedded }
sim: {}
sensors:
  cam: { camera: sim, rate: 4, snapshot: 250ms }
  mic: { microphone: sim, level_every: 200ms }
  air: { i2c: sim }
pipelines:
  room:
    every: 500ms
    encoders:
      - { sensor: cam, model: room-eye }
      - { sensor: mic, model: room-ear }
      - { sensor: air, model: room-air }
    fusion: { model: room-fusion }
    heads: { labels: { top: 8 }, caption: { model: room-caption } }
    alerts:
      fire: { when: 'label("fire") > 0.8', for: 2s, clear_after: 5s, severity: critical }
      fall: { when: 'label("fallen") > 0.8', at_least: 4 of 6, clear_after: 5s, severity: critical }
      glass: { when: 'label("glass") > 0.6', clear_after: 5s }
      washer: { when: 'label("washer_unbalanced") > 0.78', for: 5s, clear_after: 5s, severity: info }
`

// demoStory is what happens in the room unless somebody else says it.
//
//go:embed story.yaml
var demoStory []byte

// demoFlags say what happens in the demo, and how it is shown.
type demoFlags struct {
	daemonFlags
	seed     uint64
	story    string
	headless bool
	profile  bool
	print    bool
}

func newDemo(a *app) *cobra.Command {
	var flags demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the daemon on a simulated room: no hardware, no broker, no config",
		Long: `Run the whole daemon on a simulated room, until SIGINT or --for: what a camera sees, a microphone hears and five chips
feel there, the built-in models, and an embedded MQTT broker on the loopback interface. A terminal shows what arrives at
the broker: the picture in coloured cells, how loud it is, labels, how much each sense had a part in them and how old it
was, the caption, and what is missing; and beside it the truth, what the story says. Elsewhere, and with --headless, each
message that says something new is a line: time, topic below edged/demo/, and what it says.

A story is told over and over. --seed has edged make up another one in another home; --story tells that of a file, in the
home of the seed. Its format is that of edged's own, which --print-story prints: what happens, when (at), for how long
(for, else what it takes by itself), where; and what people and pets do. The same seed and story are the same room.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.print {
				_, err := a.out.Write(demoStory)
				return err
			}
			c, err := flags.config()
			if err != nil {
				return err
			}
			show := newDemoShow(a, &flags)
			ctx, cancel, log, err := flags.begin(cmd.Context(), show.log())
			if err != nil {
				return err
			}
			defer cancel()
			return a.demo(ctx, log, c, show)
		},
	}
	flags.add(cmd, "warn")
	cmd.Flags().Uint64Var(&flags.seed, "seed", 0, "make up the story of this number, in the home of this number (default: edged's own story, in home 1)")
	cmd.Flags().StringVar(&flags.story, "story", "", "tell the story of this YAML `file`")
	cobra.CheckErr(cmd.MarkFlagFilename("story", "yaml", "yml"))
	cmd.Flags().BoolVar(&flags.headless, "headless", false, "print lines, on a terminal too")
	cmd.Flags().BoolVar(&flags.profile, "profile", false, "print at the end how long each stage of each model took, and what the process did")
	cmd.Flags().BoolVar(&flags.print, "print-story", false, "print edged's own story, to begin one with, and do nothing else")
	return cmd
}

// config is the demo's, with the story that the flags ask for.
func (f *demoFlags) config() (*config.Config, error) {
	if f.seed > math.MaxInt32 {
		return nil, misuse{fmt.Errorf("--seed %d is above %d", f.seed, math.MaxInt32)}
	}
	c, err := config.Parse("edged demo", []byte(demoConfig))
	if err != nil {
		return nil, err
	}
	if f.seed > 0 {
		c.Sim.Seed = int(f.seed)
	}
	var story *config.Story
	switch {
	case f.story != "":
		story, err = config.LoadStory(f.story)
	case f.seed == 0:
		story, err = config.ParseStory("story.yaml", demoStory)
	}
	c.Sim.Tell(story)
	return c, err
}

// demo runs the daemon and shows what it says.
func (a *app) demo(ctx context.Context, log *slog.Logger, c *config.Config, show *demoShow) error {
	d, err := newDaemon(c, surroundings{log: log, env: a.env, tap: show.message})
	if err != nil {
		return err
	}
	listen := listenLine(d.broker.Addr())
	fmt.Fprintf(a.err, "edged: a simulated room, seed %d; its broker is %s\nedged: to listen: %s\n", c.Sim.Seed, d.broker.URL(), listen)
	show.begin(d, listen)
	return errors.Join(d.run(ctx), d.Close(), show.end(d))
}

// listenLine is the command that prints all that the demo's pipeline says, to a broker at host:port.
func listenLine(addr string) string {
	host, port, _ := strings.Cut(addr, ":")
	return fmt.Sprintf("mosquitto_sub -h %s -p %s -t 'edged/demo/room/#'", host, port)
}
