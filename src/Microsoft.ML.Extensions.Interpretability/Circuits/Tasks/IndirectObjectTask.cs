using System.Globalization;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Examples of <see cref="CircuitTasks.IndirectObject"/>.</summary>
internal sealed class IndirectObjectTask
{
    private const string Names =
        "Mary John Tom James Dan Martin Amy Alice Anna Sarah Paul Mark Peter Laura Kate Simon Adam Emma Jack Lucy David Robert Henry Susan Helen Frank George Rose Max Ruth";

    private const string Places = "store park school garden station office hospital restaurant beach library";
    private const string Objects = "drink book ring basketball bone computer snack necklace letter gift";

    // Two names, the one that gives, place, object.
    private static readonly string[] Forms =
    [
        "When {0} and {1} went to the {3}, {2} gave a {4} to",
        "After {0} and {1} came home from the {3}, {2} gave a {4} to",
        "While {0} and {1} were sitting at the {3}, {2} handed a {4} to",
        "Then {0} and {1} met again near the {3}, and {2} offered a {4} to",
    ];

    private readonly TaskText _text;
    private readonly (string Word, int Token)[] _names;
    private readonly (string Word, int Token)[] _places;
    private readonly (string Word, int Token)[] _objects;

    public IndirectObjectTask(TransformerTokenizer tokenizer)
    {
        _text = new TaskText(tokenizer, "When");
        _names = _text.Words("names", Names, 3);
        (_places, _objects) = (_text.Words("places", Places, 1), _text.Words("objects", Objects, 1));
    }

    public TaskPair Pair(Random random, CircuitNegatives negatives)
    {
        var names = TaskText.Draw(_names, 3, random);
        var (indirect, subject, third) = (names[0], names[1], names[2]);
        var (first, second) = random.Next(2) == 0 ? (indirect, subject) : (subject, indirect);
        var (form, place, given) = (random.GetItems(Forms, 1)[0], random.GetItems(_places, 1)[0], random.GetItems(_objects, 1)[0]);
        int[] Tokens((string Word, int Token) giver) => _text.Encode(
            string.Format(CultureInfo.InvariantCulture, form, first.Word, second.Word, giver.Word, place.Word, given.Word),
            first.Token, second.Token, giver.Token);
        var (positive, negative) = (Tokens(subject), Tokens(third));
        return TaskPair.Of(
            positive,
            negatives == CircuitNegatives.Easy ? _text.Shuffled(negative, random) : negative,
            [new CircuitTarget(positive.Length - 1, indirect.Token, subject.Token)]);
    }
}
