/* SPDX-License-Identifier: Apache-2.0 */
#include "cost/blerp.h"

#include "targets/target.h"

#define DAY_S 86400.0
#define RESULT_BYTES 8.0      /* label and score */
#define ROUND_TRIP_MS 100.0   /* assumption */
#define CLOUD_UPTIME 0.999    /* AWS IoT Core service level agreement, monthly */
#define NETWORK_UPTIME 0.995  /* assumption */
#define YEAR_H 8760.0

const mote_radio_t mote_radios[MOTE_RADIOS] = {
    {"Bluetooth LE", 14.4, 700,
     "nRF52840 product specification 1.7: 4.8 mA at 3 V sending at 0 dBm; 0.7 of the 1 "
     "Mbit/s "
     "of the physical layer"},
    {"Wi-Fi", 594, 20000,
     "ESP32 datasheet 3.x, table RF power consumption: 180 mA at 3.3 V, 802.11n MCS7; "
     "20 Mbit/s TCP as in the ESP-IDF programming guide"},
    {"LTE-M", 722, 375,
     "u-blox SARA-R4 datasheet: 190 mA at 3.8 V connected at 23 dBm; 375 kbit/s uplink "
     "of "
     "category M1, 3GPP release 13"},
};

static const char *const formulas[] = {
    "bandwidth, cloud = rate x axes x bytes per sample (int16 audio 2, float 4) x 86400",
    "bandwidth, chip = 8 bytes (label, score) per result",
    "latency, chip = cycles / clock behind the last sample of the window",
    "latency, cloud = 100 ms: an assumed round trip, with no time for sending or "
    "computing",
    "energy, chip = active power x latency + radio for the 8 bytes, per result",
    "energy, cloud = radio power x raw bits of one stride / throughput, per result",
    "average power = energy / stride + sleep power",
    "reliability = hours a year without answers: chip 0; cloud (1 - 0.999 x 0.995) x "
    "8760, "
    "0.999 being the service level of AWS IoT Core and 0.995 an assumed network",
    "privacy = raw bytes a day that leave the device",
};

static double radio_mj(const mote_radio_t *r, double bytes) {
  return bytes * 8 / r->kbits * r->tx_mw / 1000 / 1000 * 1000;
}

mote_blerp_t mote_blerp(const mote_impulse_t *m, const mote_target_t *t,
                        const mote_cost_t *cost) {
  const mote_input_t *in = &m->input;
  double stride_s = in->stride / in->hz, bytes = in->n_axes * (in->audio ? 2.0 : 4.0);
  mote_blerp_t b = {.target = t, .stride_ms = 1000 * stride_s};
  b.raw_bytes_day = in->hz * bytes * DAY_S;
  b.result_bytes_day = RESULT_BYTES * DAY_S / stride_s;
  b.local_ms = cost->ms;
  b.cloud_ms = ROUND_TRIP_MS;
  b.load = cost->ms / b.stride_ms;
  b.local_mj = cost->mj + radio_mj(&mote_radios[0], RESULT_BYTES);
  b.local_mw = b.local_mj / stride_s + (double)t->power.sleep_mw;
  for (int i = 0; i < MOTE_RADIOS; i++) {
    b.radio_mj[i] = radio_mj(&mote_radios[i], in->stride * bytes);
    b.radio_mw[i] = b.radio_mj[i] / stride_s + (double)t->power.sleep_mw;
  }
  b.cloud_hours = (1 - CLOUD_UPTIME * NETWORK_UPTIME) * YEAR_H;
  b.raw_bytes_out_cloud = b.raw_bytes_day;
  return b;
}

static json_t *radios_json(const mote_blerp_t *b) {
  json_t *list = json_array();
  for (int i = 0; i < MOTE_RADIOS; i++)
    json_array_append_new(list,
                          json_pack("{s:s, s:f, s:f, s:s}", "radio", mote_radios[i].name,
                                    "mj_per_result", b->radio_mj[i], "average_mw",
                                    b->radio_mw[i], "source", mote_radios[i].source));
  return list;
}

json_t *mote_blerp_json(const mote_blerp_t *b) {
  return json_pack(
      "{s:s, s:s, s:f, s:{s:f, s:f}, s:{s:f, s:f, s:f}, s:{s:f, s:f, s:o}, s:{s:f, s:f},"
      " s:{s:f, s:f}}",
      "chip", b->target->name, "title", b->target->title, "stride_ms", b->stride_ms,
      "bandwidth", "chip_bytes_per_day", b->result_bytes_day, "cloud_bytes_per_day",
      b->raw_bytes_day, "latency", "chip_ms", b->local_ms, "cloud_ms", b->cloud_ms,
      "cpu_load", b->load, "energy", "chip_mj_per_result", b->local_mj, "chip_average_mw",
      b->local_mw, "cloud", radios_json(b), "reliability", "chip_hours_lost_per_year",
      b->local_hours, "cloud_hours_lost_per_year", b->cloud_hours, "privacy",
      "chip_raw_bytes_out_per_day", b->raw_bytes_out_local, "cloud_raw_bytes_out_per_day",
      b->raw_bytes_out_cloud);
}

int mote_blerp_text(const mote_blerp_t *b, mote_buf_t *out) {
  MOTE_TRY(mote_buf_printf(
      out,
      "%s\n  Bandwidth    %10.0f KB a day of raw samples   | %10.1f KB of results\n"
      "  Latency      %10.0f ms to the cloud and back   | %10.2f ms (%.2g %% of the "
      "CPU)\n",
      b->target->title, b->raw_bytes_day / 1000, b->result_bytes_day / 1000, b->cloud_ms,
      b->local_ms, 100 * b->load));
  for (int i = 0; i < MOTE_RADIOS; i++)
    MOTE_TRY(mote_buf_printf(out, "  %-12s %10.4f mJ by %-20s | %10.4f mJ per result\n",
                             i ? "" : "Energy", b->radio_mj[i], mote_radios[i].name,
                             b->local_mj));
  return mote_buf_printf(
      out, "  Reliability  %10.1f h a year without answers   | %10.1f h\n"
      "  Privacy      %10.0f KB a day leave the device   | %10.0f KB\n",
      b->cloud_hours, b->local_hours, b->raw_bytes_out_cloud / 1000,
      b->raw_bytes_out_local / 1000);
}

/* ---- all chips ---- */

static int one_chip(const mote_schedule_t *s, const char *name, json_t *chips,
                    mote_buf_t *text) {
  mote_target_t *t;
  mote_cost_t cost = {0};
  MOTE_TRY(mote_target_load(name, &t));
  int rc = mote_cost_cycles(s, t, t->arena, &cost);
  if (rc == MOTE_OK) {
    mote_blerp_t b = mote_blerp(s->impulse, t, &cost);
    json_t *j = mote_blerp_json(&b);
    json_object_set_new(j, "cycles_source", json_string(cost.cycles_source));
    json_object_set_new(j, "energy_source", json_string(cost.energy_source));
    json_array_append_new(chips, j);
    if (text) rc = mote_blerp_text(&b, text);
  }
  mote_target_free(t);
  return rc;
}

static int all_chips(const mote_schedule_t *s, json_t *chips, mote_buf_t *text) {
  const char **names;
  size_t n;
  MOTE_TRY(mote_target_names(s->arena, &names, &n));
  for (size_t i = 0; i < n; i++) MOTE_TRY(one_chip(s, names[i], chips, text));
  return MOTE_OK;
}

int mote_blerp_report(const mote_trained_t *t, mote_variant_t variant, json_t **json,
                      mote_buf_t *text) {
  mote_schedule_t *s;
  MOTE_TRY(mote_schedule(t, variant, NULL, &s));
  json_t *list = json_array(), *chips = json_array();
  for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
    json_array_append_new(list, json_string(formulas[i]));
    if (text) (void)mote_buf_printf(text, "%s%s\n", i ? "" : "Formulas:\n", formulas[i]);
  }
  if (text)
    (void)mote_buf_printf(text, "\nstreaming to a cloud | answering on the chip\n");
  int rc = all_chips(s, chips, text);
  mote_schedule_free(s);
  *json = json_pack("{s:o, s:o}", "formulas", list, "chips", chips);
  if (rc < 0) json_decref(*json), *json = NULL;
  return rc;
}
