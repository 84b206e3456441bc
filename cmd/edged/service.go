package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
)

func newService(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "service -c edged.yaml",
		Short: "Print a drop-in for systemd that lets the service reach what a config names, and no more",
		Long: `Print a drop-in for edged's systemd unit. The unit may use cameras, sound cards, I²C buses, IIO devices and
accelerators of all kinds; with the drop-in only the kinds that the config names, and it may write where the config
has it keep something outside of its own folders:

  edged service -c /etc/edged/edged.yaml | systemctl edit --stdin --drop-in=config edged
  systemctl restart edged

Whole kinds of devices, since a camera that is plugged in later has no name yet.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			return printDropIn(a.out, c)
		},
	}
	configFlag(cmd, &path)
	return cmd
}

// printDropIn prints what the unit is to be told of c.
func printDropIn(w io.Writer, c *config.Config) error {
	lines := []string{"# What " + c.File() + " names.", "[Service]", "DeviceAllow="}
	for _, class := range deviceClasses(c) {
		lines = append(lines, "DeviceAllow=char-"+class+" rw")
	}
	for _, folder := range writtenFolders(c) {
		lines = append(lines, "ReadWritePaths=-"+folder)
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

// deviceClasses returns the kernel's names of the devices that c may use, as in /proc/devices.
func deviceClasses(c *config.Config) []string {
	classes := map[string]bool{}
	add := func(names ...string) {
		for _, n := range names {
			classes[n] = true
		}
	}
	for _, s := range c.Sensors {
		switch {
		case liveCamera(s.Camera):
			add("video4linux", "media", "dma_heap")
		case liveSound(s.Microphone):
			add("alsa")
		case s.I2C != "" && s.I2C != "sim":
			add("i2c")
		case s.IIO != "":
			add("iio")
		}
	}
	for _, p := range c.Pipelines {
		for _, e := range p.Encoders {
			if e.Delegate != nil {
				add(acceleratorClasses(e.Delegate.Name)...)
			}
		}
	}
	return slices.Sorted(maps.Keys(classes))
}

// liveCamera says whether a camera is a device of this machine, or a program that may open one.
func liveCamera(name string) bool {
	return name != "" && name != "sim" && !strings.HasPrefix(name, "dir:") && !strings.HasPrefix(name, "file:") && !strings.HasPrefix(name, "mjpeg+")
}

// liveSound is the same of a microphone.
func liveSound(name string) bool {
	return name != "" && name != "sim" && !strings.HasPrefix(name, "dir:") && !strings.HasPrefix(name, "file:") && !strings.HasPrefix(name, "pulse")
}

// acceleratorClasses returns the devices of a delegate: an Edge TPU on USB or PCI Express, or a GPU; of one that edged does not
// know, all.
func acceleratorClasses(delegate string) []string {
	switch delegate {
	case "xnnpack":
		return nil
	case "edgetpu":
		return []string{"usb_device", "apex"}
	case "gpu":
		return []string{"drm"}
	}
	return []string{"usb_device", "apex", "drm", "dma_heap"}
}

// writtenFolders returns the folders that c has edged write to.
func writtenFolders(c *config.Config) []string {
	var all []string
	for _, path := range []string{c.MQTT.Outbox.Path, c.Alerts.Why, c.Media.Path} {
		if filepath.IsAbs(path) {
			all = append(all, path)
		}
	}
	if filepath.IsAbs(c.Alerts.State) {
		all = append(all, filepath.Dir(c.Alerts.State))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
