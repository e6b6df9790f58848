// The words that an expression may use. Functions that read files, tables or settings, wait, write or return values of
// unbounded size are left out on purpose, as is every function that is not known to be free of that in all warehouses.

const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Functions of the warehouses that Lightdash supports: pure, over their arguments only. */
export const functions = list(`
  count sum avg average min max median mode stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp corr
  count_if countif sum_if sumif any_value arbitrary approx_count_distinct approx_distinct approx_percentile approx_quantile
  approx_quantiles percentile percentile_cont percentile_disc quantile quantile_cont quantile_disc bool_and bool_or every
  logical_and logical_or string_agg array_agg listagg group_concat max_by min_by argmax argmin regr_slope regr_intercept regr_r2
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value ratio_to_report
  abs ceil ceiling floor round trunc truncate sign sqrt cbrt power pow exp ln log log2 log10 mod div greatest least
  degrees radians sin cos tan asin acos atan atan2 pi width_bucket safe_divide div0 div0null ieee_divide
  coalesce nullif ifnull nvl nvl2 zeroifnull nullifzero if iff isnull decode
  lower upper initcap length len char_length character_length octet_length concat concat_ws substring substr left right trim
  ltrim rtrim btrim replace translate reverse position strpos instr locate charindex contains contains_substr starts_with
  startswith ends_with endswith split_part split_part_reverse lpad rpad ascii chr to_char to_varchar to_number
  to_decimal to_numeric try_to_number try_to_decimal format_number md5 sha1 sha256
  regexp_like regexp_contains regexp_matches regexp_match regexp_substr regexp_extract regexp_replace regexp_count regexp_instr rlike
  json_value json_extract json_extract_string json_extract_scalar json_extract_path_text get_json_object parse_json
  date time timestamp datetime to_date to_time to_timestamp try_to_date try_to_timestamp parse_date parse_timestamp parse_datetime
  date_trunc datetime_trunc timestamp_trunc time_trunc trunc_date date_part datepart datename date_format format_date
  format_timestamp format_datetime strftime strptime dateadd date_add date_sub datetime_add datetime_sub timestamp_add
  timestamp_sub timestampadd datediff date_diff datetime_diff timestamp_diff timestampdiff months_between add_months last_day
  next_day age make_date make_timestamp date_from_parts datefromparts extract year quarter month week day hour minute second
  dayofweek dayofmonth dayofyear weekofyear weekday isodow dayname monthname epoch unix_timestamp from_unixtime unix_seconds
  unix_millis timestamp_seconds timestamp_millis convert_timezone at_timezone now getdate current_date current_timestamp
`);

/** Functions that take part of a date as a bare word: `date_diff(a, b, DAY)`. */
export const datePartFunctions = list(`
  date_trunc datetime_trunc timestamp_trunc time_trunc date_part datepart datename dateadd date_add datetime_add timestamp_add
  timestampadd datediff date_diff datetime_diff timestamp_diff timestampdiff last_day extract
`);

/** First arguments of DATE_TRUNC, EXTRACT and the like, which are words, not columns. */
export const dateParts = list(`
  year years quarter quarters month months week weeks isoweek isoyear day days dayofweek dayofyear dow isodow doy hour hours
  minute minutes second seconds millisecond milliseconds microsecond microseconds epoch
`);

/** First words of types in CAST and after `::`. */
export const types = list(`
  int integer int2 int4 int8 int32 int64 bigint smallint tinyint numeric bignumeric decimal number float float4 float8 float32
  float64 double real text varchar char character nvarchar string boolean bool date time timetz timestamp timestamptz
  timestamp_ntz timestamp_ltz timestamp_tz datetime json jsonb variant interval
`);

/** Words that are values by themselves. */
export const constants = list('true false null current_date current_time current_timestamp localtimestamp');
