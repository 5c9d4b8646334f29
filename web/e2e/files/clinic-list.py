"""Writes clinic-list.xlsx: a workbook as clinics send them. The second sheet is open, two of its rows are filtered away, file
numbers are numbers that show as 00123, and a phone has words beside it."""

import pathlib
import zipfile

COLUMNS = ["م", "اسم المريض", "رقم ولي أمر الطفل", "رقم الملف", "وقت الحضور"]
ROWS = [
    ("سارة القحطاني", "0501230011", 123, 0.4375, False),
    ("محمد الغامدي", "0501230012", 124, 0.458333333333, True),
    ("نورة الشهري", "0501230013 (أم نورة)", 125, 0.479166666667, False),
    ("هند العتيبي", "12", 126, 0.5, False),
    ("علي الدوسري", "0501230015", 127, 0.520833333333, True),
    ("", "0501230016", 128, 0.541666666667, False),
]


def text(ref, value):
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""


def row(number, cells, hidden=False):
    mark = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{mark}>{"".join(cells)}</row>'


def sheet(rows, more=""):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{"".join(rows)}</sheetData>{more}</worksheet>'


today = [row(1, [text(f"{'ABCDE'[n]}1", name) for n, name in enumerate(COLUMNS)])]
for at, (name, phone, file, time, hidden) in enumerate(ROWS, 2):
    cells = [f'<c r="A{at}"><v>{at - 1}</v></c>', text(f"B{at}", name), text(f"C{at}", phone)]
    cells += [f'<c r="D{at}" s="1"><v>{file}</v></c>', f'<c r="E{at}" s="2"><v>{time}</v></c>']
    today.append(row(at, cells, hidden))
old = [row(1, [text("A1", "الاسم"), text("B1", "الجوال")]), row(2, [text("A2", "قديم"), text("B2", "0501239999")])]
types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
pack = "http://schemas.openxmlformats.org/package/2006"
main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{pack}/content-types"><Default Extension="rels" '
    f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{types}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{pack}/relationships"><Relationship Id="rId1" '
    f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><bookViews><workbookView activeTab="1"/></bookViews>'
    '<sheets><sheet name="قديم" sheetId="1" r:id="rId1"/><sheet name="اليوم" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{pack}/relationships">'
    f'<Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{rel}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{rel}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
    "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="20" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>",
    "xl/worksheets/sheet1.xml": sheet(old),
    "xl/worksheets/sheet2.xml": sheet(today, '<autoFilter ref="A1:E7"/>'),
}

with zipfile.ZipFile(pathlib.Path(__file__).with_suffix(".xlsx"), "w", zipfile.ZIP_DEFLATED) as archive:
    for name, content in PARTS.items():
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
