mod appearance;
mod csv_files;
mod excel_files;
mod fixtures;
mod hostile_files;
mod properties;
mod rows;
