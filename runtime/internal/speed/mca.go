package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// core is one that llvm-mca has a model of.
type core struct {
	name, arch string
	model      string // LLVM's name of it
	note       string // what is said to the assembler
}

// cores are those of the boards that edged is for, and of servers. LLVM takes a Cortex-A76 for a Cortex-A57, which issues
// three instructions a cycle; a Neoverse N1 is the same core, and has a model of its own.
func cores() []core {
	return []core{
		{"Cortex-A53", "arm64", "cortex-a53", "-mattr=+dotprod"},
		{"Cortex-A72", "arm64", "cortex-a72", "-mattr=+dotprod"},
		{"Cortex-A76", "arm64", "neoverse-n1", "-mattr=+dotprod"},
		{"Zen 4", "amd64", "znver4", "-mattr=+avxvnni"},
	}
}

// analyst asks LLVM.
type analyst struct {
	amd64, arm64, suffix string
	all, update          bool
}

func runLoops(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var a analyst
	flags.StringVar(&a.amd64, "amd64", "", "a `binary` with package simd in it")
	flags.StringVar(&a.arm64, "arm64", "", "the same for arm64")
	flags.StringVar(&a.suffix, "suffix", "", "of the names of LLVM's tools")
	flags.BoolVar(&a.all, "all", false, "all loops, not the best of each family of blocks")
	flags.BoolVar(&a.update, "update", false, "keep what is found for the README")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return a.run(ctx, out)
}

func (a *analyst) run(ctx context.Context, out io.Writer) error {
	var shown []loop
	for arch, binary := range map[string]string{"amd64": a.amd64, "arm64": a.arm64} {
		loops, err := a.loops(ctx, binary)
		if err != nil {
			return err
		}
		for _, c := range cores() {
			if c.arch != arch {
				continue
			}
			if err := a.cycles(ctx, &c, loops); err != nil {
				return err
			}
		}
		shown = append(shown, loops...)
	}
	shown = sorted(shown)
	if !a.all {
		shown = best(shown)
	}
	printLoops(out, shown)
	if a.update {
		return write(".", "cycles.json", shown)
	}
	return nil
}

// loops returns those of a binary.
func (a *analyst) loops(ctx context.Context, binary string) ([]loop, error) {
	b, err := exec.CommandContext(ctx, "llvm-objdump"+a.suffix, "-d", "-l", "--no-show-raw-insn", binary).Output()
	if err != nil {
		return nil, fmt.Errorf("llvm-objdump%s %s: %w", a.suffix, binary, err)
	}
	loops, err := readLoops(bytes.NewReader(b))
	if err == nil && len(loops) == 0 {
		err = fmt.Errorf("%s: no loops of package simd", binary)
	}
	return loops, err
}

// rounds is how often llvm-mca goes around a loop: so often that the first times do not count.
const rounds = 200

var reCycles = regexp.MustCompile(`(?m)^\[(\d+)\] Code Region|^Total Cycles: +(\d+)`)

// cycles asks for those of each loop on a core. Loops with instructions that the core does not have get none.
func (a *analyst) cycles(ctx context.Context, c *core, loops []loop) error {
	var in, said bytes.Buffer
	var asked []int
	for i, l := range loops {
		if c.arch == "arm64" && c.model != "neoverse-n1" && l.dots() {
			continue
		}
		asked = append(asked, i)
		fmt.Fprintf(&in, "# LLVM-MCA-BEGIN %d\n%s\n# LLVM-MCA-END\n", i, strings.Join(l.body, "\n"))
	}
	triple := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[c.arch]
	cmd := exec.CommandContext(ctx, "llvm-mca"+a.suffix, "-mtriple="+triple, "-mcpu="+c.model, c.note, "-iterations="+strconv.Itoa(rounds))
	cmd.Stdin, cmd.Stderr = &in, &said
	b, err := cmd.Output()
	if err != nil {
		first, _, _ := strings.Cut(said.String(), "^")
		return fmt.Errorf("llvm-mca%s for %s: %w: %s", a.suffix, c.name, err, first)
	}
	region := -1
	for _, m := range reCycles.FindAllSubmatch(b, -1) {
		n, _ := strconv.Atoi(string(m[1]) + string(m[2]))
		if len(m[1]) > 0 {
			region = n
			continue
		}
		if region < 0 || region >= len(asked) {
			return fmt.Errorf("llvm-mca%s for %s: cycles of region %d, %d were asked for", a.suffix, c.name, region, len(asked))
		}
		loops[asked[region]].Cycles[c.name] = float64(n) / rounds
	}
	return nil
}

// dots says whether a loop has instructions that cores before the Cortex-A76 lack.
func (l *loop) dots() bool { return strings.Contains(l.Function, "DOT") }
