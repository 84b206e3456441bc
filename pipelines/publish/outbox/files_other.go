//go:build !linux

package outbox

import "os"

func lock(*os.File) error { return nil }

func syncData(f *os.File) error { return f.Sync() }

func syncNames(dir *os.File) error { return dir.Sync() }

func unreadable(error) bool { return false }
