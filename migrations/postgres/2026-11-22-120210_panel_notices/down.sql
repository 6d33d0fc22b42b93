DROP TABLE panel_notices;
