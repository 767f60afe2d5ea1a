package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	tg "github.com/go-telegram/bot"

	"mingbai/bot"
)

// largestFile is what the Bot API lets a bot download.
const largestFile = 20 << 20

// Fetch downloads a file that came with a message. [bot.Gone] when Telegram
// does not know it, or will not give out one so large.
func (c *Channel) Fetch(ctx context.Context, ref string) ([]byte, error) {
	f, err := c.bot.GetFile(ctx, &tg.GetFileParams{FileID: ref})
	if errors.Is(err, tg.ErrorBadRequest) {
		return nil, bot.Gone{Why: "telegram does not give the file out"}
	}
	if err != nil {
		return nil, fmt.Errorf("find file: %w", c.mask(err))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.bot.FileDownloadLink(f), nil)
	if err != nil {
		return nil, fmt.Errorf("find file: %w", c.mask(err))
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("download file: %w", c.mask(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download file: telegram answers %s", res.Status)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("download file: %w", c.mask(err))
	}
	if len(body) > largestFile {
		return nil, bot.Gone{Why: "the file is larger than 20 MB"}
	}
	return body, nil
}
