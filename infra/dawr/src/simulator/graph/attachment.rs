//! Messages that carry a medium, and which media WhatsApp takes.
//!
//! Source: Meta, "Media: supported media types".

use super::error::GraphError;
use super::fields::{Object, object, required, text};
use super::request::Shown;

/// What one kind of medium may be and have.
pub(super) struct Kind {
    pub(super) name: &'static str,
    mark: &'static str,
    /// The fields of text that it may have.
    texts: &'static [&'static str],
    types: &'static [&'static str],
    /// In bytes.
    most: usize,
}

const MEGABYTE: usize = 1024 * 1024;

pub(super) const IMAGE: Kind = Kind {
    name: "image",
    mark: "📷",
    texts: &["caption"],
    types: &["image/jpeg", "image/png"],
    most: 5 * MEGABYTE,
};
pub(super) const VIDEO: Kind = Kind {
    name: "video",
    mark: "🎬",
    texts: &["caption"],
    types: &["video/mp4", "video/3gpp"],
    most: 16 * MEGABYTE,
};
pub(super) const AUDIO: Kind = Kind {
    name: "audio",
    mark: "🎤",
    texts: &[],
    types: &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
    most: 16 * MEGABYTE,
};
pub(super) const STICKER: Kind =
    Kind { name: "sticker", mark: "🖼", texts: &[], types: &["image/webp"], most: 500 * 1024 };
pub(super) const DOCUMENT: Kind = Kind {
    name: "document",
    mark: "📄",
    texts: &["filename", "caption"],
    types: &[
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ],
    most: 100 * MEGABYTE,
};

const KINDS: [&Kind; 5] = [&IMAGE, &VIDEO, &AUDIO, &STICKER, &DOCUMENT];

/// The type without its parameters: `audio/ogg; codecs=opus` is `audio/ogg`.
fn plain(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a medium of this type may be sent as this kind; a document may be anything.
pub(in crate::simulator) fn fits(kind: &str, mime_type: &str) -> bool {
    let mime_type = plain(mime_type);
    kind == DOCUMENT.name
        || KINDS.iter().any(|known| known.name == kind && known.types.contains(&mime_type.as_str()))
}

/// Whether such a medium may be uploaded.
pub(super) fn accept(mime_type: &str, length: usize) -> Result<(), GraphError> {
    let kind = KINDS.iter().find(|kind| kind.types.contains(&plain(mime_type).as_str()));
    let Some(kind) = kind else {
        let types: Vec<_> = KINDS.iter().flat_map(|kind| kind.types).copied().collect();
        let details = format!("Param file must be a file with one of the following types: {}.", types.join(", "));
        return Err(GraphError::with_details(100, details));
    };
    if length == 0 || length > kind.most {
        return Err(GraphError::with_details(131_053, "The file is empty or too large for its type."));
    }
    Ok(())
}

/// A message with a medium, by its id or its address.
pub(super) fn read(body: &Object, kind: &'static Kind) -> Result<Shown, GraphError> {
    let content = object(body, "", kind.name)?;
    let mut shown = kind.mark.to_owned();
    for field in ["filename", "caption"] {
        if !content.contains_key(field) {
            continue;
        }
        if !kind.texts.contains(&field) {
            let details = format!("Unexpected key \"{field}\" on param \"{}\".", kind.name);
            return Err(GraphError::with_details(100, details));
        }
        shown.push(' ');
        shown.push_str(text(content, kind.name, field, 0, 1024)?);
    }
    let (media, link) = source(content, kind.name, kind.name)?;
    if let Some(link) = link {
        shown.push('\n');
        shown.push_str(&link);
    }
    Ok(Shown { media, ..Shown::of(kind.name, shown) })
}

type Source = (Vec<(&'static str, String)>, Option<String>);

/// Where a medium comes from: an id of what was uploaded, or an address; one of the two.
pub(super) fn source(content: &Object, at: &str, kind: &'static str) -> Result<Source, GraphError> {
    match (content.contains_key("id"), content.contains_key("link")) {
        (true, true) => {
            Err(GraphError::with_details(100, format!("Param {at} must have either id or link, not both.")))
        }
        (true, false) => Ok((vec![(kind, text(content, at, "id", 1, 64)?.to_owned())], None)),
        (false, true) => {
            let link = text(content, at, "link", 1, 2048)?;
            if link.starts_with("https://") || link.starts_with("http://") {
                Ok((Vec::new(), Some(link.to_owned())))
            } else {
                Err(GraphError::with_details(131_009, format!("Param {at}['link'] is not a valid URL.")))
            }
        }
        (false, false) => Err(required(&format!("{at}['id']"))),
    }
}

/// The kind of that name, for headers of templates and interactive messages.
pub(super) fn named(name: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_are_judged_by_their_type_and_size() {
        assert!(accept("image/png", 10).is_ok() && accept("audio/ogg; codecs=opus", 10).is_ok());
        assert_eq!(accept("image/gif", 10).unwrap_err().code(), 100);
        assert_eq!(accept("image/png", 0).unwrap_err().code(), 131_053);
        assert_eq!(accept("image/webp", 600 * 1024).unwrap_err().code(), 131_053);
        assert!(fits("image", "image/jpeg") && !fits("image", "application/pdf") && fits("document", "image/jpeg"));
    }
}
