package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/runtime"
)

// doctorFlags say what edged doctor looks at.
type doctorFlags struct {
	engineFlags
	config string
	root   string // of another system, whose files alone are looked at
	asJSON bool
	forget bool
	ask    bool
}

func newDoctor(a *app) *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this machine is, what is there, and what ails it",
		Long: `Look at the machine: board, system, processor, memory, heat, power supply, clock, disk, groups; try TensorFlow Lite's library
and its delegates, each in a process of its own, and look for Edge TPUs; list the cameras, the microphones, the I²C buses and
the kernel's own sensors (IIO). With -c also open what the config names, have each sensor give one sample, and ask the brokers
whether they let edged in: with TLS and password as the daemon would, by another client's name. --probe asks on each I²C bus
who is there.

Each finding has a level, a state, and below it the cause and the remedy. The exit status is that of the worst:

  0  ok, or note     worth knowing
  3  warning         something will not work well, or not at all that nobody may need
  4  error           what is asked for (by -c, --library or --delegate) does not work, or the board is in danger

and 1 and 2 as everywhere: edged doctor itself failed, or was misused. The builtin engine needs no library.

Before its first use each library is probed, and the verdict is kept in the cache folder (systemd's CACHE_DIRECTORY, or
$XDG_CACHE_HOME/edged, or ~/.cache/edged) until the library, its options, edged, or after a crash the machine's devices
change: one that has crashed is not tried again before. --forget forgets all verdicts first.

With --json an array of {"name","state","wrong","remedy","verdict","level","cause"}: verdict is that of an earlier probe, "ok
since …" or "crashed at …", or empty; wrong says that it does not work as it could.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := a.diagnose(cmd.Context(), &f)
			if err != nil {
				return err
			}
			if f.asJSON {
				err = writeJSON(a.out, list)
			} else {
				err = printFindings(a.out, list)
			}
			if err != nil {
				return err
			}
			return verdictOf(list)
		},
	}
	cmd.Flags().BoolVar(&f.ask, "probe", false, "ask on every I²C bus, at the addresses of chips that edged reads, who is there")
	cmd.Flags().BoolVar(&f.forget, "forget", false, "forget the verdicts of earlier probes, so that a library that crashed is tried again")
	cmd.Flags().StringVar(&f.root, "root", "/", "look at the files of the system whose root this `folder` is, and at nothing that runs")
	configFlag(cmd, &f.config)
	cobra.CheckErr(cmd.MarkFlagDirname("root"))
	f.add(cmd)
	jsonFlag(cmd, &f.asJSON)
	return cmd
}

// diagnose looks at everything, the machine first. The error is doctor's own; what ails the machine is among the findings.
func (a *app) diagnose(ctx context.Context, f *doctorFlags) ([]findingJSON, error) {
	c, broken := f.load()
	here := f.root == "/"
	root := os.DirFS(f.root)
	list := newBoardDoctor(root, here).diagnose(stateOf(c, a.env))
	if here {
		engines, err := a.engines(ctx, f)
		if err != nil {
			return nil, err
		}
		list = append(list, engines...)
	}
	sys, err := fs.Sub(root, "sys")
	if err != nil {
		return nil, err
	}
	list = append(list, f.devices(ctx, root, sys, here)...)
	list = append(list, broken...)
	if c != nil {
		list = append(list, a.examineConfig(ctx, c, here)...)
	}
	return list, nil
}

// load reads the config of -c; what is wrong with it is findings.
func (f *doctorFlags) load() (*config.Config, []findingJSON) {
	if f.config == "" {
		return nil, nil
	}
	c, err := config.Load(f.config)
	if err != nil {
		return nil, faults(f.config, err)
	}
	return c, nil
}

// engines tries TensorFlow Lite and what belongs to it. Nobody needs that unless the command line asks for it.
func (a *app) engines(ctx context.Context, f *doctorFlags) ([]findingJSON, error) {
	o, err := f.runtime(a, "tflite", 1)
	if err != nil {
		return nil, err
	}
	if f.forget {
		n, err := runtime.ForgetProbes(o.TFLite.Cache)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(a.err, "edged: forgot %d verdicts of probes\n", n)
	}
	var list []findingJSON
	for _, x := range runtime.Diagnose(ctx, o.TFLite) {
		one := findingJSON{Name: x.Name, State: x.State, Wrong: x.Wrong, Remedy: x.Remedy, Verdict: x.Verdict}
		if one.Wrong && f.asksFor(x.Name) {
			one.Level = ailing
		}
		list = append(list, one)
	}
	return graded(list, note), nil
}

// asksFor says whether the command line wants TensorFlow Lite, or a delegate of that name.
func (f *doctorFlags) asksFor(name string) bool {
	return name == "tflite" && (f.library != "" || f.delegate != "") || name == f.delegate
}

// devices lists buses, cameras and microphones.
func (f *doctorFlags) devices(ctx context.Context, root, sys fs.FS, here bool) []findingJSON {
	sensors, cameras, microphones := newSensorDoctor(f.ask), newCameraDoctor(), newMicrophoneDoctor()
	if !here {
		sensors, cameras, microphones = sensors.elsewhere(sys), cameras.elsewhere(sys), microphones.elsewhere(root)
	}
	list := sensors.diagnose(ctx)
	list = append(list, cameras.diagnose()...)
	return graded(append(list, microphones.diagnose()...), warning)
}
