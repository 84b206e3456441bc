package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"edged/runtime"
)

// findingJSON is one line of edged doctor; its field names are stable.
type findingJSON struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Wrong  bool   `json:"wrong"`
	Remedy string `json:"remedy"`

	Verdict string `json:"verdict"` // of an earlier probe
}

func newDoctor(a *app) *cobra.Command {
	var e engineFlags
	var asJSON, forget, ask bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what engines, accelerators and sensors are there, and what ails them",
		Long: `Try TensorFlow Lite's library and its delegates, each in a process of its own, and look for Edge TPUs: state, cause and
remedy of each. The builtin engine needs nothing. List the cameras, the microphones, the I²C buses and the kernel's own
sensors (IIO); --probe asks on each bus who is there. Exit status 0 whatever is found.

Before its first use each library is probed, and the verdict is kept in the cache folder (systemd's CACHE_DIRECTORY, or
$XDG_CACHE_HOME/edged, or ~/.cache/edged) until the library, its options, edged, or after a crash the machine's devices
change: one that has crashed is not tried again before. --forget forgets all verdicts first.

With --json an array of {"name","state","wrong","remedy","verdict"}: verdict is that of an earlier probe, "ok since …" or
"crashed at …", or empty.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := e.runtime(a, "tflite", 1)
			if err != nil {
				return err
			}
			if forget {
				n, err := runtime.ForgetProbes(o.TFLite.Cache)
				if err != nil {
					return err
				}
				fmt.Fprintf(a.err, "edged: forgot %d verdicts of probes\n", n)
			}
			list := []findingJSON{}
			for _, f := range runtime.Diagnose(cmd.Context(), o.TFLite) {
				list = append(list, findingJSON(f))
			}
			sensors := newSensorDoctor(ask)
			list = append(list, sensors.diagnose(cmd.Context())...)
			cameras := newCameraDoctor()
			list = append(list, cameras.diagnose()...)
			microphones := newMicrophoneDoctor()
			list = append(list, microphones.diagnose()...)
			if asJSON {
				return writeJSON(a.out, list)
			}
			return printFindings(a.out, list)
		},
	}
	cmd.Flags().BoolVar(&ask, "probe", false, "ask on every I²C bus, at the addresses of chips that edged reads, who is there")
	cmd.Flags().BoolVar(&forget, "forget", false, "forget the verdicts of earlier probes, so that a library that crashed is tried again")
	e.add(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printFindings(out io.Writer, list []findingJSON) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range list {
		mark, verdict := "ok", ""
		if f.Wrong {
			mark = "no"
		}
		if f.Verdict != "" {
			verdict = " (probe " + f.Verdict + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s%s\n", mark, f.Name, f.State, verdict)
		if f.Remedy != "" {
			fmt.Fprintf(w, "\t\t%s\n", f.Remedy)
		}
	}
	return w.Flush()
}
