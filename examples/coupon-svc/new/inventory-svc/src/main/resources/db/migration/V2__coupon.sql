ALTER TABLE reservation ADD COLUMN coupon_code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
