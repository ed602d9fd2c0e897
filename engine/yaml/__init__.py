"""YAML with its places: read with line and column, written as people write it.

``source`` reads any file, ``canonical_reader`` those of ``canonical`` form, faster;
``dump`` writes them. ``yaml_mistakes`` says what is wrong with a file, in our words.
"""
