package main

import (
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// guestBytes are bytes from or for a guest: `{"text": …}` where they are UTF-8, `{"base64": …}` where not.
type guestBytes []byte

func (b guestBytes) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) {
		return json.Marshal(map[string]string{"text": string(b)})
	}
	return json.Marshal(map[string][]byte{"base64": b})
}

func (b *guestBytes) UnmarshalJSON(text []byte) error {
	var written struct {
		Text   *string `json:"text"`
		Base64 *[]byte `json:"base64"`
	}
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	switch {
	case written.Text != nil:
		*b = []byte(*written.Text)
	case written.Base64 != nil:
		*b = *written.Base64
	default:
		return errors.New("bytes are written as `text` or as `base64`")
	}
	return nil
}
