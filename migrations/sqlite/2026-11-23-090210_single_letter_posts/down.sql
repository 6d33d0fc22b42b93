DROP TABLE single_letter_posts;
