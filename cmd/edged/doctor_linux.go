package main

import "syscall"

// kernelSynchronized asks the kernel whether a program keeps its clock right (adjtimex(2)).
func kernelSynchronized() bool {
	const timeError = 5 // TIME_ERROR: nobody does
	state, err := syscall.Adjtimex(&syscall.Timex{})
	return err == nil && state != timeError
}

// freeBytes is the room that is left for users on a file system; -1 if it does not say.
func freeBytes(path string) int64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return -1
	}
	const most = 1 << 62
	if s.Bavail > most/max(uint64(s.Bsize), 1) {
		return most
	}
	return int64(s.Bavail * uint64(s.Bsize))
}
