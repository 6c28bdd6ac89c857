package mt940

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Letters above ASCII of the languages that have sets of their own.
const (
	german  = "äöüÄÖÜß"
	central = "áéíóöőúüűąćęłńśźżčďěňřšťůýžÁÉÍÓÖŐÚÜŰĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮÝŽ"
)

// charsetOf finds the set of a file that is no UTF-8. SWIFT has only ASCII, so no file
// declares one. In the currencies of Central Europe it is Windows-1250 or that of DOS
// (852), elsewhere Windows-1252 or that of DOS (850): whichever has more letters of the
// languages in it.
func charsetOf(data []byte) string {
	windows, dos, letters, declared := charmap.Windows1252, charmap.CodePage850, german, [2]string{"", "cp850"}
	if i := bytes.Index(data, []byte(":60")); i >= 0 && len(data) >= i+15 {
		switch string(data[i+12 : i+15]) {
		case "PLN", "HUF", "CZK":
			windows, dos, letters, declared = charmap.Windows1250, charmap.CodePage852, central, [2]string{"windows-1250", "cp852"}
		}
	}
	var count [256]int
	for _, c := range data {
		count[c]++
	}
	inWindows, inDOS := 0, 0
	for c := utf8.RuneSelf; c < 256; c++ {
		if strings.ContainsRune(letters, windows.DecodeByte(byte(c))) {
			inWindows += count[c]
		}
		if strings.ContainsRune(letters, dos.DecodeByte(byte(c))) {
			inDOS += count[c]
		}
	}
	if inDOS > inWindows {
		return declared[1]
	}
	return declared[0]
}
