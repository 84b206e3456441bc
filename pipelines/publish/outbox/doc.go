// Package outbox is a queue on disk: what Put has accepted is durable, and Next gives it, in order and across crashes and
// power cuts, until Ack says that it was delivered. After a crash some may come twice. None is lost but for want of room,
// and then it is counted.
//
// A folder holds two journals, of alerts and of all else, each a row of append-only files. A file is records; a record
// has an ID that rises over both journals, checksums of head and body, and what was acknowledged when it was written
// (record.go has the layout). The file "cursor" says the last more often. A finished file ends with a seal that says
// what it holds, so that only the file that a crash left open is read by Open. In memory there is a line of numbers
// for each file, and one record that is read ahead, however many wait.
//
// # Why
//
// Files of our own and no database: a commit appends to a page that is already there, so it costs the device one page. A
// tree of pages writes several for each commit. A power cut can damage what was being written, and here that is the end
// of one file, never what was accepted before. Bytes that ext4 wrote to its device for each event of 500 bytes, all told
// (scripts/wear, on a loop device; bbolt 1.4.3 without a list of free pages, deleting in the next commit):
//
//	                                               outbox   bbolt
//	 1 a second, each delivered before the next     8,192  10,308
//	10 a second, each delivered before the next     5,632   8,441
//	10 a second, no broker                          5,621  23,408
//	1000 a second, in commits of 50, no broker      1,291   1,493
//
// Files grow by 64 KiB of zeros at a time. To a file that is as long as before, fdatasync writes the data alone; one that
// grew costs a commit of the file system's journal. Without it, 10 a second cost 18,800 bytes each. What is above a page
// in the table is those zeros, and the time of the last change, which ext4 writes every 5 s.
//
// Two journals, because the oldest that is no alert goes first when room is needed, and a file can only go as a whole.
//
// What a failed commit left behind the accepted records is cut off, durably, before another commit: so what was refused
// does not come back, and an ID is never given twice to what is on disk. The same is done to the file that a crash left.
// After a failed sync a new file is begun: the system takes its pages for written now, and they may lie on bad blocks.
//
// Files of earlier runs are only read. So all of a file was written by one run, and ages are by its monotonic clock; the
// time of day is nowhere.
package outbox
