"""An invented bureau with a campaign in full swing: every record is made up, and says so."""
