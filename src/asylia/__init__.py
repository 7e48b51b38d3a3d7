"""Asylia: a sealed hotline and a record that holds, for people who help the persecuted."""
