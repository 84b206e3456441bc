package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"edged/boards"
	"edged/cmd/edged/internal/config"
)

// initFlags say what edged init looks at and where it writes.
type initFlags struct {
	out  string
	root string
	ask  bool
}

func newInit(a *app) *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a config for what is there",
		Long: `Write an edged.yaml with comments for the cameras, the microphones and the kernel's own sensors (IIO) that are there, with
built-in models for them, and a broker on this machine to begin with. --probe asks on each I²C bus which chips are there.
Where nothing is, it is the simulated room's, as edged demo has it.

A file that is there already is never written over; -o - prints.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.init(cmd.Context(), &f)
		},
	}
	cmd.Flags().StringVarP(&f.out, "output", "o", "edged.yaml", "the `file` to write, or - for the standard output")
	cmd.Flags().BoolVar(&f.ask, "probe", false, "ask on every I²C bus, at the addresses of chips that edged reads, who is there")
	cmd.Flags().StringVar(&f.root, "root", "/", "look at the files of the system whose root this `folder` is, and at nothing that runs")
	cobra.CheckErr(errors.Join(cmd.MarkFlagFilename("output", "yaml", "yml"), cmd.MarkFlagDirname("root")))
	return cmd
}

func (a *app) init(ctx context.Context, f *initFlags) error {
	root := os.DirFS(f.root)
	sys, err := fs.Sub(root, "sys")
	if err != nil {
		return err
	}
	search := newFinder(f.ask)
	if f.root != "/" {
		search = finder{search.sensors.elsewhere(sys), search.cameras.elsewhere(sys), search.microphones.elsewhere(root)}
	}
	found, err := search.find(ctx)
	if err != nil {
		return err
	}
	machine, err := boards.Detect(root)
	if err != nil && f.root == "/" {
		return err
	}
	text := newConfigText(&machine, found)
	if _, err := config.Parse(f.out, []byte(text)); err != nil {
		panic("init: wrote a config that is none: " + err.Error() + "\n" + text)
	}
	return a.deliver(f.out, text, found)
}

// deliver writes the config where nothing is yet, and says what it is made for.
func (a *app) deliver(path, text string, found []gear) error {
	if path == "-" {
		_, err := fmt.Fprint(a.out, text)
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return hinted{fmt.Errorf("%s is there already, and is not written over", path), "-o names another file, and -o - prints"}
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	fmt.Fprintf(a.err, "edged: %s: %s\nedged: try it: edged check -c %s; edged doctor -c %s; edged run -c %s\n", path, summary(found), path, path, path)
	return nil
}

// summary counts what was found.
func summary(found []gear) string {
	if len(found) == 0 {
		return "no sensor is there, so it has the simulated room's"
	}
	var names []string
	for _, g := range found {
		names = append(names, fmt.Sprintf("%s (%s)", g.name, g.about))
	}
	return "for " + strings.Join(names, ", ")
}
