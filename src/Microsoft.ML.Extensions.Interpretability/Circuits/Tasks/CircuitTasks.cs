namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Tasks for which circuits of language models are known, as positive and negative examples.</summary>
/// <remarks>
/// The i-th negative example is made from the i-th positive one and has as many tokens. An example depends on seed and i alone, so that a
/// larger number of examples begins with the same ones. Words come from this package's lists in the published templates; words that are not
/// a single token are left out. Targets are set in positive examples only.
/// </remarks>
public static class CircuitTasks
{
    /// <summary>
    /// Indirect object identification (Wang et al. 2022, arXiv 2211.00593): "When Mary and John went to the store, John gave a drink to",
    /// where the name that occurs once is predicted next. In negative examples a third name replaces the second "John", so that neither is
    /// the answer (ABC). Either name comes first with equal probability.
    /// </summary>
    /// <param name="tokenizer">
    /// The model's; for each word a single token that begins with a space, as GPT-2's. Rows must end with the text's last token.
    /// </param>
    /// <param name="count">Positive examples, and as many negative ones.</param>
    /// <param name="seed">Seed of names, forms, places and objects.</param>
    /// <param name="negatives">Easy ones are the tokens of those of the same form in random order.</param>
    /// <returns>Targets: at the last token, the name that stands once against the one that stands twice.</returns>
    /// <exception cref="ArgumentException">
    /// Too few words are single tokens, or the tokenizer cannot encode a template; the message names them.
    /// </exception>
    public static CircuitTask IndirectObject(
        TransformerTokenizer tokenizer, int count, int seed, CircuitNegatives negatives = CircuitNegatives.SameForm)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var task = new IndirectObjectTask(tokenizer);
        return TaskPair.MakeTask(count, seed, random => task.Pair(random, negatives));
    }

    /// <summary>
    /// Greater-than (Hanna et al. 2023, arXiv 2305.00586): "The war lasted from the year 1732 to the year 17", where a number above 32 is
    /// said next. In negative examples the first year is 1701, so that nearly any number follows. Centuries 11 to 17, years 02 to 98.
    /// </summary>
    /// <param name="tokenizer">The model's; years are two tokens of two digits, as GPT-2's; those that are not are left out.</param>
    /// <param name="count">Positive examples, and as many negative ones.</param>
    /// <param name="seed">Seed of nouns and years.</param>
    /// <param name="negatives">Easy ones are the tokens of those of the same form in random order.</param>
    /// <returns>
    /// Targets: at the last token, four numbers spread over those above the year's, each against one of four spread over those that are
    /// not. The published measure is the difference of the summed probabilities of all numbers above and all others.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// No century has two years of two tokens and a higher one, or the tokenizer cannot say the form.
    /// </exception>
    public static CircuitTask GreaterThan(
        TransformerTokenizer tokenizer, int count, int seed, CircuitNegatives negatives = CircuitNegatives.SameForm)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var task = new GreaterThanTask(tokenizer);
        return TaskPair.MakeTask(count, seed, random => task.Pair(random, negatives));
    }

    /// <summary>
    /// Docstring (Heimersheim and Janiak 2023, in the form of the code of Conmy et al. 2023, arXiv 2304.14997): a Python function of six
    /// arguments, whose description names the third and fourth, so that the fifth is said next. In negative examples the third to fifth
    /// argument and the two described ones are other names, each standing once.
    /// </summary>
    /// <param name="tokenizer">The model's; names and words are single tokens that begin with a space.</param>
    /// <param name="count">Positive examples, and as many negative ones.</param>
    /// <param name="seed">Seed of names and words.</param>
    /// <param name="negatives">Easy ones are the tokens of those of the same form in random order.</param>
    /// <returns>Targets: at the last token, the fifth argument against each other one.</returns>
    /// <exception cref="ArgumentException">
    /// Too few names or words are single tokens, or the tokenizer cannot say the form; the message names them.
    /// </exception>
    public static CircuitTask Docstring(
        TransformerTokenizer tokenizer, int count, int seed, CircuitNegatives negatives = CircuitNegatives.SameForm)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var task = new DocstringTask(tokenizer);
        return TaskPair.MakeTask(count, seed, random => task.Pair(random, negatives));
    }

    /// <summary>
    /// Induction (Olsson et al. 2022, arXiv 2209.11895): random tokens without repetition, but for a part of the row that stands there
    /// several times, with random gaps. In negative examples its copies are tokens that stand nowhere else.
    /// </summary>
    /// <param name="vocabulary">Tokens to draw from: 0 to this number less one; at least as many as the row's length.</param>
    /// <param name="length">Tokens of a row.</param>
    /// <param name="part">Tokens of the part, 2 or more.</param>
    /// <param name="count">Positive examples, and as many negative ones.</param>
    /// <param name="seed">Seed of tokens and gaps.</param>
    /// <param name="copies">How often the part stands there, 2 or more.</param>
    /// <param name="start">A token that begins every row and is not drawn; null for none. It counts to the length.</param>
    /// <returns>Targets: each token of a later copy, but for its first, at the token before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below its least, or the copies do not fit in, or the vocabulary is too small.
    /// </exception>
    public static CircuitTask Induction(int vocabulary, int length, int part, int count, int seed, int copies = 2, int? start = null)
    {
        var task = new InductionTask(vocabulary, length, part, copies, start);
        return TaskPair.MakeTask(count, seed, task.Pair);
    }

    /// <summary>
    /// Brackets, for a model that says whether a row of them is balanced: all balanced rows of the length have equal chance. To say so
    /// takes the same work in rows that are not, so negative examples are rows with the other answer: by equal chance the same brackets in
    /// a random order that is not balanced, or the row with one bracket turned round. What is found is thus what tells the one answer from
    /// the other.
    /// </summary>
    /// <param name="tokenizer">
    /// The model's; a token a bracket, as of <see cref="TransformerTokenizer.OfCharacters(IReadOnlyList{string}, string?, string?)"/>.
    /// </param>
    /// <param name="length">Brackets of a row; an even number.</param>
    /// <param name="count">Positive examples, and as many negative ones.</param>
    /// <param name="seed">Seed of the rows.</param>
    /// <param name="negatives">Easy ones are all closing brackets before all opening ones: the first bracket tells.</param>
    /// <returns>Targets: at the first token, output 1 (balanced) against output 0, where models of this task are read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is not an even number of 2 or more.</exception>
    /// <exception cref="ArgumentException">The tokenizer does not make one token of each bracket.</exception>
    public static CircuitTask Brackets(
        TransformerTokenizer tokenizer, int length, int count, int seed, CircuitNegatives negatives = CircuitNegatives.SameForm)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var task = new BracketsTask(tokenizer, length);
        return TaskPair.MakeTask(count, seed, random => task.Pair(random, negatives));
    }
}
