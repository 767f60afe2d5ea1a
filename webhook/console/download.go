package console

import (
	"bytes"
	"net/http"
	"net/url"

	"mingbai/bot/sheet"
)

// The kinds of files that leave the console.
const (
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeDocx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// file sends a file to be saved, never shown: what staff typed stands in it.
func (v *visit) file(data []byte, kind, name string) error {
	v.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	v.Data(http.StatusOK, kind, data)
	return nil
}

func (v *visit) workbook(b *sheet.Book, name string) error {
	var buf bytes.Buffer
	if err := b.Write(&buf); err != nil {
		return err
	}
	return v.file(buf.Bytes(), typeXLSX, name)
}
