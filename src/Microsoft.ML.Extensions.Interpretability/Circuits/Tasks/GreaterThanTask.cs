using System.Globalization;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Examples of <see cref="CircuitTasks.GreaterThan"/>.</summary>
internal sealed class GreaterThanTask
{
    // Targets of an example: all numbers would be near a hundred rows of the vocabulary's length for each example.
    private const int Spread = 4;

    private const int FirstCentury = 11, LastCentury = 17, Numbers = 100, First = 1, Last = 98;

    private static readonly string[] Nouns = ["war", "marriage", "trial", "siege", "reign", "voyage", "project", "journey", "dispute",
        "campaign", "crisis", "treaty"];

    private readonly TaskText _text;
    private readonly Century[] _centuries;

    public GreaterThanTask(TransformerTokenizer tokenizer)
    {
        _text = new TaskText(tokenizer, "The year");
        _centuries = [.. Enumerable.Range(FirstCentury, LastCentury - FirstCentury + 1).Select(name => Read(tokenizer, name))
            .OfType<Century>()];
        if (_centuries.Length == 0)
        {
            throw new ArgumentException(
                $"The tokenizer makes two tokens of two digits of too few years from {FirstCentury}01 to {LastCentury}99; give one that does, as GPT-2's.", nameof(tokenizer));
        }
    }

    public TaskPair Pair(Random random, CircuitNegatives negatives)
    {
        var century = random.GetItems(_centuries, 1)[0];
        var (year, noun) = (random.GetItems(century.Years, 1)[0], random.GetItems(Nouns, 1)[0]);
        int[] Tokens(int number) => _text.Encode(
            string.Create(CultureInfo.InvariantCulture,
                $"The {noun} lasted from the year {century.Name}{number:00} to the year {century.Name}"),
            century.Token, century.Numbers[number]);
        var (positive, negative) = (Tokens(year), Tokens(First));
        return TaskPair.Of(
            positive, negatives == CircuitNegatives.Easy ? _text.Shuffled(negative, random)
                : negative, Targets(positive.Length - 1, century, year));
    }

    private static CircuitTarget[] Targets(int position, Century century, int year)
    {
        int[] above = [.. century.Numbers.Where(pair => pair.Key > year).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        int[] others = [.. century.Numbers.Where(pair => pair.Key <= year).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        return [.. Enumerable.Range(0, Spread).Select(i => new CircuitTarget(position, Of(above, i), Of(others, i)))];
    }

    // The middle of each of as many parts of the numbers.
    private static int Of(int[] tokens, int part) => tokens[((2 * part) + 1) * tokens.Length / (2 * Spread)];

    private Century? Read(TransformerTokenizer tokenizer, int name)
    {
        var text = name.ToString(CultureInfo.InvariantCulture);
        if (_text.Token(" " + text) is not { } token)
        {
            return null;
        }
        var after = new TaskText(tokenizer, "The year " + text);
        var numbers = new Dictionary<int, int>();
        for (var number = First; number < Numbers; number++)
        {
            if (after.Token(number.ToString("00", CultureInfo.InvariantCulture)) is { } own)
            {
                numbers.Add(number, own);
            }
        }
        int[] years = [.. numbers.Keys.Where(number => number is > First and <= Last && numbers.Keys.Any(other => other > number))];
        return numbers.ContainsKey(First) && years.Length > 0 ? new Century(text, token, numbers, years) : null;
    }

    // Its two digits, their token, the tokens of the numbers after it, and those that an example can have.
    private sealed record Century(string Name, int Token, Dictionary<int, int> Numbers, int[] Years);
}
