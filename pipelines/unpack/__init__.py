"""What holds several documents is opened here: archives, submission sets, messages; in a confined child."""
