using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A word during Porter stemming; its properties ignore a number of letters at its end.</summary>
internal sealed class PorterWord(string word)
{
    private readonly StringBuilder _letters = new(word);

    public bool EndsWith(string suffix)
    {
        var start = _letters.Length - suffix.Length;
        if (start < 0)
        {
            return false;
        }
        for (var i = 0; i < suffix.Length; i++)
        {
            if (_letters[start + i] != suffix[i])
            {
                return false;
            }
        }
        return true;
    }

    public void Cut(int letters) => _letters.Length -= letters;

    public void Append(string letters) => _letters.Append(letters);

    /// <summary>The paper's m: how often a vowel is followed by a consonant.</summary>
    public int Measure(int without)
    {
        var (measure, before) = (0, true);
        for (var i = 0; i < _letters.Length - without; i++)
        {
            var consonant = IsConsonant(i, before);
            measure += consonant && !before ? 1 : 0;
            before = consonant;
        }
        return measure;
    }

    public bool HasVowel(int without)
    {
        var consonant = true;
        for (var i = 0; i < _letters.Length - without && consonant; i++)
        {
            consonant = IsConsonant(i, consonant);
        }
        return !consonant;
    }

    /// <summary>Whether it ends with the same consonant twice.</summary>
    public bool EndsWithDouble() => _letters.Length > 1 && _letters[^1] == _letters[^2] && Consonants(1)[0];

    /// <summary>Whether it ends with consonant, vowel, consonant, the last neither w, x nor y.</summary>
    public bool EndsShort(int without)
    {
        var end = _letters.Length - without;
        return end > 2 && _letters[end - 1] is not ('w' or 'x' or 'y') && Consonants(3, without) is [true, false, true];
    }

    public override string ToString() => _letters.ToString();

    // Whether each of the last letters is a consonant.
    private bool[] Consonants(int last, int without = 0)
    {
        var consonants = new bool[last];
        var end = _letters.Length - without;
        var consonant = false;
        for (var i = 0; i < end; i++)
        {
            consonant = IsConsonant(i, consonant);
            if (i >= end - last)
            {
                consonants[i - (end - last)] = consonant;
            }
        }
        return consonants;
    }

    // A y is a consonant at the beginning and after a vowel.
    private bool IsConsonant(int place, bool before) => _letters[place] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => place == 0 || !before,
        _ => true,
    };
}
