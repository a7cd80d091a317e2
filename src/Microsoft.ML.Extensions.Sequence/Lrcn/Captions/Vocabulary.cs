using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The words of sentences, each with a number. Words are separated by white space and keep their spelling.</summary>
internal sealed class Vocabulary
{
    /// <summary>The number of the boundary before the first word and after the last.</summary>
    public const int Boundary = 0;

    /// <summary>The number of all rare words; never generated.</summary>
    public const int Unknown = 1;

    private const int FirstWord = 2;

    private readonly string[] _words;
    private readonly Dictionary<string, int> _numbers;

    public Vocabulary(string[] words)
    {
        _words = words;
        _numbers = words.Select((word, index) => (word, index + FirstWord)).ToDictionary();
    }

    /// <summary>The vocabulary of a saved model.</summary>
    public static Vocabulary Of(HeadDescription description) => new(description.Classes?.Values ?? []);

    /// <summary>Builds a vocabulary of the words that occur often enough, the most frequent first.</summary>
    public static Vocabulary Of(IEnumerable<(string Sentence, long Count)> sentences, int minCount) => new([.. sentences
        .SelectMany(sentence => Split(sentence.Sentence).Select(word => (word, sentence.Count)))
        .GroupBy(pair => pair.word, pair => pair.Count)
        .Select(group => (Word: group.Key, Count: group.Sum()))
        .Where(entry => entry.Count >= minCount)
        .OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Word, StringComparer.Ordinal)
        .Select(entry => entry.Word)]);

    public string[] Words => _words;

    /// <summary>The size: words, the boundary and the unknown word.</summary>
    public int Size => _words.Length + FirstWord;

    /// <summary>The numbers of the sentence's first words, and the boundary unless the sentence is truncated.</summary>
    public int[] Encode(string sentence, int maxWords)
    {
        var numbers = Array.ConvertAll(Split(sentence), word => _numbers.GetValueOrDefault(word, Unknown));
        return numbers.Length > maxWords ? numbers[..maxWords] : [.. numbers, Boundary];
    }

    /// <summary>The words up to the boundary.</summary>
    public string Decode(ReadOnlySpan<float> numbers)
    {
        var words = new List<string>();
        foreach (var number in numbers)
        {
            if (number == Boundary)
            {
                break;
            }
            words.Add(_words[(int)number - FirstWord]);
        }
        return string.Join(' ', words);
    }

    private static string[] Split(string sentence) => sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
