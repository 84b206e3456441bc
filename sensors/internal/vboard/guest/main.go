package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"edged/sensors/sim/chips"
)

// Where things are on the board. The number of the I²C bus whose bridge is pulled out and of the sound card is 0.
const (
	loopDevice = "/dev/video10" // what modprobe v4l2loopback video_nr=10 makes
	busNumber  = 0
	chipAt     = 0x76
)

func main() {
	edged := flag.String("edged", "/bin/edged", "the `program`")
	config := flag.String("config", "/etc/edged.yaml", "its config `file`")
	control := flag.String("control", "10.0.2.100:9", "where the judge listens, as `host:port`")
	flag.Parse()
	if err := live(*edged, *config, *control); err != nil {
		fmt.Fprintf(os.Stderr, "guest: %v\n", err)
		os.Exit(1)
	}
}

// live plugs the hardware in, starts edged and obeys until the judge says quit.
func live(edged, config, control string) error {
	b := &board{chip: chips.NewBME280(), tone: newTone(), feed: newFeed(loopDevice)}
	defer b.tone.stop()
	defer b.feed.stop()
	if err := b.plug(); err != nil {
		return err
	}
	house, err := plugHouse()
	if err != nil {
		return err
	}
	defer house.unplug()
	judge, err := dial(control, 20*time.Second)
	if err != nil {
		return err
	}
	defer judge.Close()
	if b.daemon, err = start(edged, "run", "-c", config, "--leak-check"); err != nil {
		return err
	}
	return b.obey(judge)
}
