//! The approved templates of each number, as far as the simulator was told of them.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::{Value, json};

use crate::simulator::error::SimulatorError;

/// An approved template.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Template {
    pub(in crate::simulator) id: String,
    pub(in crate::simulator) name: String,
    pub(in crate::simulator) language: String,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    pub(in crate::simulator) category: String,
    /// `APPROVED`, `PAUSED`, `DISABLED` and the like.
    pub(in crate::simulator) status: String,
    /// Meta's components; none of a template that only a status was told of.
    pub(in crate::simulator) components: Option<Value>,
}

/// The template of the one-machine cloud whose whole text is its one body parameter.
pub(in crate::simulator) const NOTICE: &str = "dawr_notice";

const COLUMNS: &str = "id, name, language, category, status, components";
const FIRST_ID: i64 = 594_425_479_261_596;

type Raw = (i64, String, String, String, String, Option<String>);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn decode((id, name, language, category, status, components): Raw) -> Result<Template, SimulatorError> {
    let components = components.map(|text| serde_json::from_str(&text)).transpose();
    let components = components.map_err(|_| SimulatorError::Decode("template"))?;
    Ok(Template { id: (FIRST_ID + id).to_string(), name, language, category, status, components })
}

/// All templates of that name, in whichever languages. Every number has the notice template in every language.
pub(in crate::simulator) fn named(
    db: &Connection,
    number: &str,
    name: &str,
    language: &str,
) -> Result<Vec<Template>, SimulatorError> {
    let mut found = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM template WHERE number = ?1 AND name = ?2 ORDER BY id"))?
        .query_map((number, name), raw)?
        .map(|row| decode(row?))
        .collect::<Result<Vec<_>, _>>()?;
    if name == NOTICE {
        let components = json!([{ "type": "BODY", "text": "{{1}}" }]);
        match found.iter_mut().find(|template| template.language == language) {
            Some(template) => template.components = Some(components),
            None => found.push(Template {
                id: FIRST_ID.to_string(),
                name: NOTICE.to_owned(),
                language: language.to_owned(),
                category: "UTILITY".to_owned(),
                status: "APPROVED".to_owned(),
                components: Some(components),
            }),
        }
    }
    Ok(found)
}

/// All templates that this number was given, the oldest first.
pub(in crate::simulator) fn all(db: &Connection, number: &str) -> Result<Vec<Template>, SimulatorError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM template WHERE number = ?1 ORDER BY id"))?
        .query_map([number], raw)?
        .map(|row| decode(row?))
        .collect()
}

/// Keeps a template, and gives its id.
pub(in crate::simulator) fn put(
    db: &Connection,
    number: &str,
    template: &Template,
) -> Result<String, SimulatorError> {
    let id: i64 = db
        .prepare_cached(
            "INSERT INTO template (number, name, language, category, status, components)
             VALUES (:number, :name, :language, :category, :status, :components)
             ON CONFLICT (number, name, language) DO UPDATE SET category = :category, status = :status,
                components = :components RETURNING id",
        )?
        .query_row(
            named_params! {
                ":number": number,
                ":name": template.name,
                ":language": template.language,
                ":category": template.category,
                ":status": template.status,
                ":components": template.components.as_ref().map(Value::to_string),
            },
            |row| row.get(0),
        )
        .optional()?
        .unwrap_or_default();
    Ok((FIRST_ID + id).to_string())
}

/// Deletes a template in all of its languages. False when there is none.
pub(in crate::simulator) fn delete(db: &Connection, number: &str, name: &str) -> Result<bool, SimulatorError> {
    Ok(db.prepare_cached("DELETE FROM template WHERE number = ?1 AND name = ?2")?.execute((number, name))? > 0)
}
