namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The stemmer for English of Porter 1980, An algorithm for suffix stripping, Program 14(3), with its author's two later changes (bli,
/// logi).
/// </summary>
internal static class PorterStemmer
{
    // A suffix precedes the shorter suffixes that it ends with.
    private static readonly (string Suffix, string Replacement)[] s_step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
            ("entli", "ent"),
        ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
            ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
    ];

    private static readonly (string Suffix, string Replacement)[] s_step3 =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] s_step4 =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive",
            "ize",
    ];

    /// <summary>The stem of a word of lower-case letters a to z, and any other word as it is.</summary>
    public static string Stem(string word)
    {
        if (word.Length <= 2 || word.AsSpan().ContainsAnyExceptInRange('a', 'z'))
        {
            return word;
        }
        var stem = new PorterWord(word);
        Plural(stem);
        Participle(stem);
        FinalY(stem);
        Replace(stem, s_step2);
        Replace(stem, s_step3);
        Remove(stem);
        FinalE(stem);
        DoubleL(stem);
        return stem.ToString();
    }

    // Step 1a.
    private static void Plural(PorterWord word)
    {
        if (word.EndsWith("sses") || word.EndsWith("ies"))
        {
            word.Cut(2);
        }
        else if (word.EndsWith("s") && !word.EndsWith("ss"))
        {
            word.Cut(1);
        }
    }

    // Step 1b.
    private static void Participle(PorterWord word)
    {
        if (word.EndsWith("eed"))
        {
            if (word.Measure(3) > 0)
            {
                word.Cut(1);
            }
            return;
        }
        var suffix = word.EndsWith("ed") ? 2 : word.EndsWith("ing") ? 3 : 0;
        if (suffix > 0 && word.HasVowel(suffix))
        {
            word.Cut(suffix);
            Complete(word);
        }
    }

    private static void Complete(PorterWord word)
    {
        if (word.EndsWith("at") || word.EndsWith("bl") || word.EndsWith("iz"))
        {
            word.Append("e");
        }
        else if (word.EndsWithDouble())
        {
            if (!word.EndsWith("l") && !word.EndsWith("s") && !word.EndsWith("z"))
            {
                word.Cut(1);
            }
        }
        else if (word.Measure(0) == 1 && word.EndsShort(0))
        {
            word.Append("e");
        }
    }

    // Step 1c.
    private static void FinalY(PorterWord word)
    {
        if (word.EndsWith("y") && word.HasVowel(1))
        {
            word.Cut(1);
            word.Append("i");
        }
    }

    private static void Replace(PorterWord word, (string Suffix, string Replacement)[] rules)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (word.EndsWith(suffix))
            {
                if (word.Measure(suffix.Length) > 0)
                {
                    word.Cut(suffix.Length);
                    word.Append(replacement);
                }
                return;
            }
        }
    }

    // Step 4.
    private static void Remove(PorterWord word)
    {
        foreach (var suffix in s_step4)
        {
            if (word.EndsWith(suffix) && (suffix != "ion" || word.EndsWith("sion") || word.EndsWith("tion")))
            {
                if (word.Measure(suffix.Length) > 1)
                {
                    word.Cut(suffix.Length);
                }
                return;
            }
        }
    }

    // Step 5a.
    private static void FinalE(PorterWord word)
    {
        if (word.EndsWith("e") && word.Measure(1) is var measure && (measure > 1 || measure == 1 && !word.EndsShort(1)))
        {
            word.Cut(1);
        }
    }

    // Step 5b.
    private static void DoubleL(PorterWord word)
    {
        if (word.EndsWith("ll") && word.Measure(0) > 1)
        {
            word.Cut(1);
        }
    }
}
