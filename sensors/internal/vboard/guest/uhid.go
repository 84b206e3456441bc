package main

import "encoding/binary"

// Events of /dev/uhid, linux/uhid.h: a type of 4 bytes, then what the packed struct of that type has.
const (
	uhidDestroy     = 1
	uhidStop        = 3  // the driver has let the device go
	uhidOutput      = 6  // data[4096], size uint16, rtype uint8
	uhidGetReport   = 9  // id uint32, rnum uint8, rtype uint8
	uhidGetReply    = 10 // id uint32, err uint16, size uint16, data[4096]
	uhidCreate2     = 11 // name[128], phys[64], uniq[64], rd_size uint16, bus uint16, vendor, product, version, country uint32, rd_data[4096]
	uhidInput2      = 12 // size uint16, data[4096]
	uhidSetReport   = 13 // id uint32, rnum uint8, rtype uint8, size uint16, data[4096]
	uhidSetReply    = 14 // id uint32, err uint16
	uhidData        = 4096
	eventBytes      = 4 + 128 + 64 + 64 + 2 + 2 + 4*4 + uhidData
	busUSB          = 3
	vendorSilabs    = 0x10c4
	productCP2112   = 0xea90
	errIO           = 5 // EIO
	itemUsagePage   = 0x06
	itemFeature     = 0xb1
	itemOutput      = 0x91
	itemInput       = 0x81
	itemEndCollect  = 0xc0
	fullReportBytes = reportBytes - 1 // without the number
)

// createEvent describes a CP2112 to the kernel.
func createEvent() []byte {
	le, rd := binary.LittleEndian, descriptor()
	e := le.AppendUint32(nil, uhidCreate2)
	e = append(e, padded([]byte("edged CP2112"), 128+64+64)...)
	e = le.AppendUint16(e, uint16(len(rd)))
	e = le.AppendUint16(e, busUSB)
	for _, v := range []uint32{vendorSilabs, productCP2112, 0x0100, 0} {
		e = le.AppendUint32(e, v)
	}
	return append(e, padded(rd, uhidData)...)
}

func destroyEvent() []byte { return binary.LittleEndian.AppendUint32(nil, uhidDestroy) }

// descriptor is the HID report descriptor: the reports, each an array of bytes of a vendor's own page (HID 1.11, 6.2.2).
func descriptor() []byte {
	d := []byte{itemUsagePage, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01} // usage 1, application collection
	add := func(number, size, kind byte) {
		d = append(d, 0x85, number, 0x09, number, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, size, kind, 0x02)
	}
	for _, f := range [][2]byte{{reportGPIO, 4}, {reportGetGPIO, 1}, {0x04, 2}, {reportVersion, 2}, {reportSMBus, 13}} {
		add(f[0], f[1], itemFeature)
	}
	for _, number := range []byte{reportRead, reportWriteRd, reportForce, reportWrite, reportAsk, reportCancel} {
		add(number, fullReportBytes, itemOutput)
	}
	add(reportData, fullReportBytes, itemInput)
	add(reportStatus, fullReportBytes, itemInput)
	return append(d, itemEndCollect)
}

// stops says whether an event is the last.
func stops(e []byte) bool { return len(e) >= 4 && binary.LittleEndian.Uint32(e) == uhidStop }

// answer returns the event that answers one of the kernel's; nil for none.
func (c *cp2112) answer(e []byte) []byte {
	if len(e) < 4 {
		return nil
	}
	le, kind, e := binary.LittleEndian, binary.LittleEndian.Uint32(e), e[4:]
	switch {
	case kind == uhidOutput && len(e) >= uhidData+2:
		return inputEvent(c.output(upTo(e[:uhidData], int(le.Uint16(e[uhidData:])))))
	case kind == uhidGetReport && len(e) >= 5:
		return getReply(le.Uint32(e), feature(e[4]))
	case kind == uhidSetReport && len(e) >= 4: // clock and lines: taken and forgotten
		return le.AppendUint16(le.AppendUint32(le.AppendUint32(nil, uhidSetReply), le.Uint32(e)), 0)
	}
	return nil
}

func inputEvent(report []byte) []byte {
	if report == nil {
		return nil
	}
	le := binary.LittleEndian
	e := le.AppendUint16(le.AppendUint32(nil, uhidInput2), reportBytes)
	return append(e, padded(report, reportBytes)...)
}

func getReply(id uint32, report []byte) []byte {
	le := binary.LittleEndian
	e := le.AppendUint32(le.AppendUint32(nil, uhidGetReply), id)
	if report == nil {
		return append(le.AppendUint16(e, errIO), 0, 0)
	}
	e = le.AppendUint16(le.AppendUint16(e, 0), uint16(len(report)))
	return append(e, report...)
}
