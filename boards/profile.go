package boards

import "slices"

// Profile is what is known of one kind of board.
type Profile struct {
	ID   string // "raspberry-pi-4"
	Name string // "Raspberry Pi 4"

	// Compatible are strings of the device tree's root that say so: those of the board, of its module, or of its chip.
	Compatible []string
	Models     []string // beginnings of the device tree's model, for trees whose compatible strings say less

	SoC    string
	Cores  []Cores
	Memory []int // MiB, as it is sold

	Accelerators []Accelerator
	Cameras      []Camera
	Zones        []string // types of the thermal zones whose heat slows the processor down
	Support      Support
}

// Cores are cores that are alike.
type Cores struct {
	Count int
	Core  string // "Cortex-A76"
	SIMD  string // the path of edged's inner loops that it runs: sdot, neon
	MHz   int    // its highest clock, as sold
}

// Accelerator is hardware for neural networks.
type Accelerator struct {
	Name  string
	Nodes []string // patterns of files that are there when its driver is
	USB   []string // VENDOR:PRODUCT, where it is on that bus
	Use   string   // what edged does with it, as keys of an encoder
}

// Camera is a way to a board's own cameras.
type Camera struct {
	Stack string // "libcamera", "V4L2", "Argus"
	Use   string // the value of camera in a config
}

// Tier is how well a board is supported.
type Tier int

// The tiers. No board is in a tier of its own for having been tried: we have none.
const (
	Emulated  Tier = 1 + iota // its processor's path runs in every check under QEMU, its files are fixtures
	Described                 // its files are fixtures; the path runs under QEMU on another core
	Unknown                   // nobody has described it; edged runs where Linux does
)

// String is the tier in a word.
func (t Tier) String() string {
	return [...]string{Emulated: "emulated", Described: "described", Unknown: "unknown"}[t]
}

// Support says how a board was tested.
type Support struct {
	Tier   Tier
	Tested string
}

// Profiles returns all boards that are described, and last the one that stands for any other.
func Profiles() []Profile {
	return slices.Concat(raspberries, jetsons, corals, others, []Profile{generic})
}

// find returns the profile of a device tree: of the first of its compatible strings that any profile has, else by model.
func find(compatible []string, model string) *Profile {
	all := Profiles()
	for _, c := range compatible {
		for i := range all {
			if slices.Contains(all[i].Compatible, c) {
				return &all[i]
			}
		}
	}
	for i := range all {
		if hasPrefix(model, all[i].Models) {
			return &all[i]
		}
	}
	return &all[len(all)-1]
}
