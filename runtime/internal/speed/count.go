package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// more is by how much instructions may grow before that counts as lost. The count is exact but for what Go's own threads do
// meanwhile.
const more = 0.03

// counter counts instructions by the plugin of scripts/qemucount.c.
type counter struct {
	edged, plugin, corpus string
	cores                 string
	only                  string
	update                bool
}

func runCounts(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var c counter
	flags.StringVar(&c.edged, "edged", "", "the edged `binary`, for arm64")
	flags.StringVar(&c.plugin, "plugin", "", "scripts/qemucount.c, built")
	flags.StringVar(&c.corpus, "corpus", "../shared/corpus", "`folder` of models")
	flags.StringVar(&c.cores, "cpu", "cortex-a53,cortex-a72,cortex-a76", "`cores`, with commas")
	flags.StringVar(&c.only, "only", "", "`models`, with commas; all if empty")
	flags.BoolVar(&c.update, "update", false, "keep what is counted as what is compared with")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return c.run(ctx, out)
}

func (c *counter) run(ctx context.Context, out io.Writer) error {
	some, err := pick(c.only)
	if err != nil {
		return err
	}
	where, err := files(c.corpus)
	if err != nil {
		return err
	}
	kept := counts{}
	if err := read(".", "instructions.json", &kept); err != nil {
		return err
	}
	fmt.Fprintf(out, "%-42s %-11s %9s %9s %9s   millions of instructions an inference\n", "model", "core", "edged", "was", "others")
	var lost []error
	for core := range strings.SplitSeq(c.cores, ",") {
		if kept[core] == nil {
			kept[core] = map[string]float64{}
		}
		for _, m := range some {
			was := kept[core][m.name]
			got, err := c.twice(ctx, core, where[m.name], was)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", m.name, core, err)
			}
			fmt.Fprintf(out, "%-42s %-11s %9.3f %9s %9s%s\n", m.name, core, got, orDash(was), orDash(m.others(core)), verdict(grown(got, was)))
			if grown(got, was) {
				lost = append(lost, fmt.Errorf("%s on %s: %.3f million instructions, were %.3f", m.name, core, got, was))
			}
			kept[core][m.name] = rounded(got)
		}
	}
	if c.update {
		return write(".", "instructions.json", kept)
	}
	return errors.Join(lost...)
}

// twice counts once more what seems to have grown: on a busy machine Go's own threads have more time.
func (c *counter) twice(ctx context.Context, core, file string, was float64) (float64, error) {
	got, err := c.count(ctx, core, file)
	if err == nil && grown(got, was) {
		return c.count(ctx, core, file)
	}
	return got, err
}

// grown says whether a count has grown too much; what was never counted cannot.
func grown(got, was float64) bool { return was > 0 && got > was*(1+more) }

// others returns what the best of the other engines takes on a core.
func (m *model) others(core string) float64 {
	if core == "cortex-a53" || core == "cortex-a72" {
		return m.plain
	}
	return m.dot
}

// enough is how many instructions are counted at least, for what start and Go's own threads take to be little beside them.
const enough = 100e6

// count returns the millions of instructions of an inference: the difference of two runs, so that start, loading and packing
// cancel out.
func (c *counter) count(ctx context.Context, core, file string) (float64, error) {
	const warm, probe = 2, 2
	few, err := c.instructions(ctx, core, file, warm)
	if err != nil {
		return 0, err
	}
	runs := probe
	many, err := c.instructions(ctx, core, file, warm+runs)
	if err == nil && many-few < enough {
		runs = int(enough * probe / max(1e5, float64(many-few)))
		many, err = c.instructions(ctx, core, file, warm+runs)
	}
	return float64(many-few) / float64(runs) / 1e6, err
}

// instructions returns those of a process that runs so many inferences. One thread, no garbage collector beside it and no signals
// that make goroutines take turns: the plugin's sums are not atomic, and how many signals there are depends on the machine's load.
func (c *counter) instructions(ctx context.Context, core, file string, runs int) (int64, error) {
	cmd := exec.CommandContext(ctx, "qemu-aarch64", "-cpu", core, "-plugin", c.plugin, "-d", "plugin",
		c.edged, "bench", file, "--engine", "builtin", "--threads", "1", "--runs", strconv.Itoa(runs), "--json")
	cmd.Env = append(cmd.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	_, after, _ := strings.Cut(said.String(), "instructions: ")
	n, err := strconv.ParseInt(strings.TrimSpace(after), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("qemu-aarch64 counts nothing: %s", strings.TrimSpace(said.String()))
	}
	return n, nil
}
