"""The manifest: what a feeder says about the files of a batch, line by line.

``manifest.csv`` or ``manifest.json``, in the batch's folder. Columns, of which only the first is required:

    file                       name below the folder, with slashes
    sha256                     of the content, hex: a file that differs has no declaration
    ins, ins_oid               15 characters with their key; the authority, the NIR's when not given
    birth_name, used_name      as printed
    first_names                in the order of the birth certificate, parted by blanks or commas
    sex                        M, F or I
    birth_date, act_date       YYYY-MM-DD, YYYYMMDD or DD/MM/YYYY
    birth_place                five characters of the COG
    type_code                  official code of the type of document
    author                     free text

French names of columns are understood as well, see `feeders.manifest.rows`.
"""
