package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"edged/sensors/camera"
)

// cameraDoctor looks for V4L2 devices and the program of a Raspberry Pi's camera.
type cameraDoctor struct {
	sys     fs.FS                                    // sysfs
	inspect func(camera.Node) (camera.Report, error) // opens a device for a moment
	rpicam  func() (string, error)                   // finds the program
}

func newCameraDoctor() cameraDoctor {
	return cameraDoctor{os.DirFS("/sys"), camera.Inspect, camera.RpicamProgram}
}

// diagnose returns a finding for each device that gives pictures, or might. A device's other nodes are not spoken of.
func (d *cameraDoctor) diagnose() []findingJSON {
	nodes, err := camera.Nodes(d.sys)
	list := broken("cameras", err)
	for _, n := range nodes {
		r, err := d.inspect(n)
		if !errors.Is(err, camera.ErrNoPictures) {
			list = append(list, finding(&n, &r, err))
		}
	}
	if program, err := d.rpicam(); err == nil {
		list = append(list, findingJSON{Name: "rpicam", State: program + " gives a Raspberry Pi's own cameras"})
	}
	return list
}

// finding says how one camera fares.
func finding(n *camera.Node, r *camera.Report, err error) findingJSON {
	f := findingJSON{Name: path.Base(n.Path), State: n.Name}
	if n.USB != "" {
		f.State += ", usb:" + n.USB
		if n.Serial != "" {
			f.State += ":" + n.Serial
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		f.Wrong, f.State, f.Remedy = true, f.State+": permission denied", "add the user to the group of "+n.Path+", as a rule video"
		return f
	case err != nil:
		f.Wrong, f.State = true, strings.TrimPrefix(err.Error(), "camera: ")
		return f
	}
	f.State += ": " + r.Gives
	if r.Holders != "" {
		f.State += "; in use by " + r.Holders
	}
	switch {
	case r.Bare:
		f.Wrong, f.Remedy = true, "this is a bare sensor: use camera: rpicam, or exec: with a program that makes pictures of it"
	case r.Holders != "":
		f.Level, f.Cause, f.Remedy = note, "one program at a time has a camera", "end the other, unless it is edged's own daemon"
	}
	return f
}
