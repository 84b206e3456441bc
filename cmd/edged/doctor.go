package main

import (
	"fmt"
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
}

func newDoctor(a *app) *cobra.Command {
	var e engineFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what engines and accelerators are there, and what ails them",
		Long: `Try TensorFlow Lite's library and its delegates, each in a process of its own, and look for Edge TPUs: state, cause and
remedy of each. The builtin engine needs nothing. Exit status 0 whatever is found.

With --json an array of {"name","state","wrong","remedy"}.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := e.runtime(a, "tflite", 1)
			if err != nil {
				return err
			}
			list := []findingJSON{}
			for _, f := range runtime.Diagnose(cmd.Context(), o.TFLite) {
				list = append(list, findingJSON(f))
			}
			if asJSON {
				return writeJSON(a.out, list)
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			for _, f := range list {
				mark := "ok"
				if f.Wrong {
					mark = "no"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", mark, f.Name, f.State)
				if f.Remedy != "" {
					fmt.Fprintf(w, "\t\t%s\n", f.Remedy)
				}
			}
			return w.Flush()
		},
	}
	e.add(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}
