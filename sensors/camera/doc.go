// Package camera gives live pictures: from V4L2 devices, from Raspberry Pi's camera programs, from any other program's
// standard output, and from MJPEG over HTTP. It hides what each of them gets wrong. Pictures come as they were sent, in
// the formats that sensors.Frame names, rows packed; nothing is converted here.
//
// # Why
//
// V4L2 devices are opened and asked for formats, sizes and rates by blackjack/webcam. The stream itself is read by
// ioctls beside it (stream_linux.go), because the library gives no way to do four things that a daemon needs:
//   - to wait less than a second, so that a Read ends with its context, and to see that the device is gone: its
//     WaitForFrame returns nil then;
//   - to learn what the driver set: SetImageFormat returns the size that was asked for, and never the bytes per line;
//   - to see a picture's sequence number, time and error flag;
//   - to give its buffers back after a failed start: it forgets their mappings, and a camera that is tried again every
//     two seconds because its USB bus has no room would eat the kernel's memory.
//
// Devices that have V4L2's multiplanar interface only, which the library refuses, are read by ioctls alone
// (mplane_linux.go).
//
// Cameras are looked for at each open, since their numbers move when they are plugged in again.
//
// Programs and HTTP servers are read by a goroutine of the source's own (pump.go), against the rule of these rooms: a
// pipe that nobody reads makes its program hold pictures back, in a queue that we cannot see, and each picture that is
// read later is older than the one before. The goroutine has ended when Close returns.
package camera
