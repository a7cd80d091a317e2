namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// English words that do not indicate a text's topic: pronouns, auxiliary verbs, articles, conjunctions, prepositions and their
/// contractions.
/// </summary>
internal static class EnglishStopWords
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. """
        i me my myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they them their theirs themselves
        what which who whom whose this that these those when where why how
        am is are was were be been being have has had having do does did doing done can could may might must shall should will would cannot
        a an the and but if or because as until while so than nor not no
        of at by for with about against between into through during before after above below to from up down in out on off over under upon within without
        again further then once here there all any both each few more most other some such only own same too very just also
        i'm you're we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll we'll they'll
        isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't shan't shouldn't can't couldn't mustn't
        """.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries),
    ];
}
