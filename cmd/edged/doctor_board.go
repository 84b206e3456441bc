package main

import (
	"fmt"
	"io/fs"
	goruntime "runtime"
	"slices"
	"strings"

	"edged/boards"
	"edged/runtime"
)

// boardDoctor looks at the machine itself.
type boardDoctor struct {
	root    fs.FS
	here    bool // it is this machine, and may be asked too
	machine boards.Machine
	err     error
}

func newBoardDoctor(root fs.FS, here bool) *boardDoctor {
	d := &boardDoctor{root: root, here: here}
	d.machine, d.err = boards.Detect(root)
	return d
}

// diagnose returns what is found of the board, the heat, the power, the user, the clock, and the disk of the folder state.
func (d *boardDoctor) diagnose(state folder) []findingJSON {
	list := []findingJSON{d.board(), d.system(), d.cpu(), d.memory()}
	list = append(list, broken("board", d.err)...)
	list = append(list, d.pages()...)
	list = append(list, d.accelerators()...)
	list = append(list, d.heat()...)
	list = append(list, d.power()...)
	list = append(list, d.user()...)
	list = append(list, d.clock(), d.disk(state))
	return graded(list, warning)
}

func (d *boardDoctor) board() findingJSON {
	b := d.machine.Board
	f := findingJSON{Name: "board", State: b.Name}
	if model := d.machine.Model; model != "" && !strings.HasPrefix(model, b.Name) {
		f.State = fmt.Sprintf("%s (%s)", b.Name, model)
	} else if model != "" {
		f.State = model
	}
	f.State += ", " + b.Support.Tier.String()
	f.Cause = "tested: " + b.Support.Tested
	if b.Support.Tier == boards.Unknown && len(d.machine.Compatible) > 0 {
		f.Level, f.Cause = note, "nobody has described "+d.machine.Compatible[0]+" yet; edged runs all the same"
	}
	return f
}

// system speaks of 32 bits where there could be 64: there edged has no inner loops of its own for the processor.
func (d *boardDoctor) system() findingJSON {
	s := &d.machine.System
	f := findingJSON{Name: "system", State: fmt.Sprintf("%s, kernel %s for %s, programs for %s", or(s.OS, "an unknown system"),
		or(s.Kernel, "unknown"), or(s.Arch, "unknown"), or(s.Userland, "unknown"))}
	const slow = "on 32-bit ARM edged computes several times more slowly, without NEON"
	switch {
	case s.Arch == "arm64" && s.Userland == "arm" && (!d.here || goruntime.GOARCH == "arm"):
		f.Level, f.Cause, f.Remedy = warning, slow, "use edged for arm64, which this kernel runs and which needs no library; or install the 64-bit system"
	case s.Mixed():
		f.Level, f.Cause = note, "edged is of 64 bits and does not mind; TensorFlow Lite's library must be too"
	case s.Arch == "arm" && slices.ContainsFunc(d.machine.Board.Cores, func(c boards.Cores) bool { return c.SIMD != "" }):
		f.Level, f.Cause, f.Remedy = warning, slow, "install the 64-bit system: the processor is of 64 bits"
	}
	return f
}

func (d *boardDoctor) cpu() findingJSON {
	c := &d.machine.CPU
	var all []string
	for _, k := range c.Clusters {
		text := fmt.Sprintf("%d %s", k.Count, k.Core)
		if k.MaxKHz > 0 {
			text += fmt.Sprintf(" at %d MHz", k.MaxKHz/1000)
		}
		all = append(all, text)
	}
	f := findingJSON{Name: "cpu", State: or(strings.Join(all, ", "), "unknown")}
	if !d.here {
		return f
	}
	f.State += "; edged's path is " + runtime.SIMD()
	if runtime.SIMD() == "generic" && (c.Has("asimd") && goruntime.GOARCH == "arm64" || c.Has("avx2")) {
		f.Level, f.Cause, f.Remedy = warning, "the processor could do more", "unset EDGED_SIMD, and use an edged that was not built with -tags noasm"
	}
	return f
}

// tight is the memory below which there is little room beside the demo's 120 MB.
const tight = 200 << 20

func (d *boardDoctor) memory() findingJSON {
	m := d.machine.Memory
	if m.Total == 0 {
		return findingJSON{Name: "memory", State: "unknown"}
	}
	f := findingJSON{Name: "memory", State: fmt.Sprintf("%s, %s of it free", mebibytes(m.Total), mebibytes(m.Available))}
	if m.Swap > 0 {
		f.State += ", swap " + mebibytes(m.Swap)
	}
	if m.Available > 0 && m.Available < tight {
		f.Level, f.Cause, f.Remedy = warning, "the simulated room takes 120 MB, models of your own more", "end other programs, or set limits.memory in the config"
	}
	return f
}

// pages speaks of pages that are not of 4 KiB, as on a Raspberry Pi 5.
func (d *boardDoctor) pages() []findingJSON {
	size := d.machine.Memory.Page
	if size <= 4096 {
		return nil
	}
	return []findingJSON{{
		Name: "pages", State: fmt.Sprintf("of %d KiB", size>>10), Level: note,
		Cause:  "edged does not mind; Google's driver for an Edge TPU on PCIe, and some 32-bit programs, want 4 KiB",
		Remedy: "on a Raspberry Pi 5 kernel=kernel8.img in /boot/firmware/config.txt",
	}}
}

// accelerators lists those of the board that are there. Edge TPUs of this machine speak for themselves.
func (d *boardDoctor) accelerators() []findingJSON {
	var list []findingJSON
	for _, a := range d.machine.Accelerators {
		if a.Name != "Edge TPU" || !d.here {
			list = append(list, findingJSON{Name: "accelerator", State: a.Name + " is there", Cause: "edged uses it by " + a.Use})
		}
	}
	for i := range list {
		list[i].Cause = strings.Replace(list[i].Cause, "uses it by nothing", "has no use for it", 1)
	}
	return list
}

func mebibytes(n int64) string {
	if n >= 10<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// or is text, or what stands for it where it is empty.
func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
