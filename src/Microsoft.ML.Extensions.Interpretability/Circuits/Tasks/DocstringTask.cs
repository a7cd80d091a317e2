namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Examples of <see cref="CircuitTasks.Docstring"/>.</summary>
internal sealed class DocstringTask
{
    private const string Names =
        "data name file value test result line user key path output node item url model text version log field start number index error image message size event state row files query label action target code table source config options status module group host title color port root";

    private const string Words =
        "price control cost issue process course age force order matter street class mind paper bank section table sense team town plan letter game food range stage voice field account care record window light rule story tax unit detail wall bit";

    private const int Before = 2, Matching = 3, After = 1;
    private const int WordsOfFunction = 3, WordsOfArgument = 2;

    private readonly TaskText _text;
    private readonly (string Word, int Token)[] _names;
    private readonly (string Word, int Token)[] _words;

    public DocstringTask(TransformerTokenizer tokenizer)
    {
        _text = new TaskText(tokenizer, "    :param");
        _names = _text.Words("names", Names, 1 + Before + Matching + After + Matching + Matching - 1);
        _words = _text.Words("words", Words, WordsOfFunction + ((Matching - 1) * WordsOfArgument));
    }

    public TaskPair Pair(Random random, CircuitNegatives negatives)
    {
        var names = TaskText.Draw(_names, _names.Length, random);
        var next = 0;
        (string Word, int Token)[] Take(int count) => names[next..(next += count)];
        var (function, before, matching, after) = (Take(1)[0], Take(Before), Take(Matching), Take(After));
        var (others, described) = (Take(Matching), Take(Matching - 1));
        var words = TaskText.Draw(_words, WordsOfFunction + ((Matching - 1) * WordsOfArgument), random);
        int[] Tokens((string Word, int Token)[] middle, (string Word, int Token)[] inDocstring)
        {
            (string Word, int Token)[] arguments = [.. before, .. middle, .. after];
            return _text.Encode(Text(function.Word, arguments, inDocstring, words),
                [.. arguments.Concat(inDocstring).Select(name => name.Token)]);
        }
        var (positive, negative) = (Tokens(matching, matching[..^1]), Tokens(others, described));
        var answer = matching[^1].Token;
        return TaskPair.Of(
            positive,
            negatives == CircuitNegatives.Easy ? _text.Shuffled(negative, random) : negative,
            [.. before.Concat(matching[..^1]).Concat(after).Select(name => new CircuitTarget(positive.Length - 1, answer, name.Token))]);
    }

    private static string Text(
        string function, (string Word, int Token)[] arguments, (string Word, int Token)[] described, (string Word, int Token)[] words)
    {
        var lines = described.Select((name, i) =>
            $"    :param {name.Word}: {Joined(words.Skip(WordsOfFunction + (i * WordsOfArgument)).Take(WordsOfArgument), " ")}\n");
        return $"\ndef {function}(self, {Joined(arguments, ", ")}):\n    \"\"\"{Joined(words.Take(WordsOfFunction), " ")}\n\n{string.Concat(lines)}    :param";
    }

    private static string Joined(IEnumerable<(string Word, int Token)> words, string separator) =>
        string.Join(separator, words.Select(word => word.Word));
}
