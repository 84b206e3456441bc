package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"edged/sensors/camera"
)

func TestDoctorListsCameras(t *testing.T) {
	sys := fstest.MapFS{}
	usb := "devices/platform/usb1/1-1"
	for name, says := range map[string]string{"idVendor": "046d\n", "idProduct": "0825\n", "serial": "A1B2\n"} {
		sys[usb+"/"+name] = &fstest.MapFile{Data: []byte(says)}
	}
	for video, at := range map[string][2]string{
		"video0": {usb + "/1-1:1.0", "HD Webcam"}, "video1": {usb + "/1-1:1.0", "HD Webcam"}, "video2": {"devices/csi", "unicam-image"},
		"video3": {"devices/isp", "isp"}, "video4": {"devices/x", "locked"},
	} {
		dir := at[0] + "/video4linux/" + video
		sys[dir+"/name"] = &fstest.MapFile{Data: []byte(at[1] + "\n")}
		sys["class/video4linux/"+video] = &fstest.MapFile{Data: []byte("../../" + dir), Mode: fs.ModeSymlink}
	}
	answers := map[string]struct {
		camera.Report
		err error
	}{
		"/dev/video0": {camera.Report{Gives: "MJPG YUYV 640x480 1280x720", Holders: "cheese (process 12)"}, nil},
		"/dev/video1": {camera.Report{}, fmt.Errorf("camera: /dev/video1: %w", camera.ErrNoPictures)},
		"/dev/video2": {camera.Report{Gives: "RG10", Bare: true}, nil},
		"/dev/video3": {camera.Report{}, errors.New(`camera: /dev/video3 "isp": has the multiplanar interface only`)},
		"/dev/video4": {camera.Report{}, &fs.PathError{Op: "open", Path: "/dev/video4", Err: fs.ErrPermission}},
	}
	d := cameraDoctor{
		sys:     sys,
		inspect: func(n camera.Node) (camera.Report, error) { return answers[n.Path].Report, answers[n.Path].err },
		rpicam:  func() (string, error) { return "/usr/bin/rpicam-vid", nil },
	}
	const want = `note     video0  HD Webcam, usb:046d:0825:A1B2: MJPG YUYV 640x480 1280x720; in use by cheese (process 12)
                 one program at a time has a camera: end the other, unless it is edged's own daemon
warning  video2  unicam-image: RG10
                 this is a bare sensor: use camera: rpicam, or exec: with a program that makes pictures of it
warning  video3  /dev/video3 "isp": has the multiplanar interface only
warning  video4  locked: permission denied
                 add the user to the group of /dev/video4, as a rule video
ok       rpicam  /usr/bin/rpicam-vid gives a Raspberry Pi's own cameras
`
	var out bytes.Buffer
	if err := printFindings(&out, graded(d.diagnose(), warning)); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
