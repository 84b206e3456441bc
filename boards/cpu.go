package boards

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// CPU is what /proc/cpuinfo says.
type CPU struct {
	Clusters []Cluster // as they come in /proc/cpuinfo
	Features []string  // the kernel's names: "asimd", "asimddp", "avx2"
}

// Cluster is cores of one kind and one highest clock.
type Cluster struct {
	Core   string // "Cortex-A53"; on other machines the model's name
	Count  int
	MaxKHz int // 0 where the kernel does not set clocks
}

// Has says whether the processor has a feature, by the kernel's name.
func (c *CPU) Has(feature string) bool { return slices.Contains(c.Features, feature) }

// Count returns how many cores there are.
func (c *CPU) Count() int {
	n := 0
	for _, k := range c.Clusters {
		n += k.Count
	}
	return n
}

// maxCores bounds what is believed of /proc/cpuinfo.
const maxCores = 1024

// cpu reads /proc/cpuinfo, a block of lines for each core.
func (r *reader) cpu() CPU {
	var c CPU
	for block := range strings.SplitSeq(r.text("proc/cpuinfo"), "\n\n") {
		index := field(block, "processor")
		if index == "" || c.Count() >= maxCores {
			continue // the board's serial number and revision, on 32-bit kernels of a Pi
		}
		khz, _ := number(r.root, "sys/devices/system/cpu/cpu"+index+"/cpufreq/cpuinfo_max_freq")
		c.add(coreName(block), max(khz, 0))
		if c.Features == nil {
			c.Features = strings.Fields(cmp.Or(field(block, "Features"), field(block, "flags")))
		}
	}
	return c
}

func (c *CPU) add(core string, khz int) {
	for i := range c.Clusters {
		if k := &c.Clusters[i]; k.Core == core && k.MaxKHz == khz {
			k.Count++
			return
		}
	}
	c.Clusters = append(c.Clusters, Cluster{Core: core, Count: 1, MaxKHz: khz})
}

// coreName is the name of the core that a block of /proc/cpuinfo is of.
func coreName(block string) string {
	maker, part := field(block, "CPU implementer"), field(block, "CPU part")
	if maker == "" {
		return cmp.Or(field(block, "model name"), "unknown core")
	}
	if name := parts[maker+" "+part]; name != "" {
		return name
	}
	return fmt.Sprintf("core %s of implementer %s", part, maker)
}

// parts are cores by implementer and part number: fields of MIDR_EL1, in Linux arch/arm64/include/asm/cputype.h and, for
// 32-bit cores, arch/arm/include/asm/cputype.h.
var parts = map[string]string{
	"0x41 0xb76": "ARM1176",
	"0x41 0xc07": "Cortex-A7", "0x41 0xc08": "Cortex-A8", "0x41 0xc09": "Cortex-A9", "0x41 0xc0f": "Cortex-A15",
	"0x41 0xd03": "Cortex-A53", "0x41 0xd04": "Cortex-A35", "0x41 0xd05": "Cortex-A55", "0x41 0xd07": "Cortex-A57",
	"0x41 0xd08": "Cortex-A72", "0x41 0xd09": "Cortex-A73", "0x41 0xd0a": "Cortex-A75", "0x41 0xd0b": "Cortex-A76",
	"0x41 0xd0c": "Neoverse-N1", "0x41 0xd0d": "Cortex-A77", "0x41 0xd40": "Neoverse-V1", "0x41 0xd41": "Cortex-A78",
	"0x41 0xd42": "Cortex-A78AE", "0x41 0xd46": "Cortex-A510", "0x41 0xd47": "Cortex-A710", "0x41 0xd49": "Neoverse-N2",
	"0x41 0xd4b": "Cortex-A78C", "0x41 0xd4d": "Cortex-A715", "0x41 0xd80": "Cortex-A520", "0x41 0xd81": "Cortex-A720",
	"0x4e 0x003": "Denver 2", "0x4e 0x004": "Carmel",
}
